package import Conversations

/// What is known of a public site by its name, so that nobody has to find it out again. Keys that stand beside the
/// preset's name win over it.
package struct Preset: Equatable, Sendable {
    package var name: String
    package var url: String
    /// Whether the site still answers at that address; the same dialect goes on elsewhere.
    package var working: Bool
    package var nonce: ProviderConfiguration.AIEngine.NonceUse
    package var history: HistoryTarget
    package var supportsMessageHistory: Bool
    /// Nil where it is not known.
    package var supportsGPT35Turbo: Bool?
    package var defaultModel: String?
    package var models: [String]
    package var contextID: Int?
    /// As in ``ProviderConfiguration/AIEngine/customID``.
    package var customID: String??
    package var session: String?
    /// As in ``ProviderConfiguration/AIEngine/namesConversation``.
    package var namesConversation = true
    /// What a message may have at the most, until the site says otherwise; nil for what sites usually have.
    package var maximumCharacters: Int?

    package static func named(_ name: String) -> Preset? { all.first { $0.name == name } }

    /// Both public sites are gone; their dialects live on wherever the same plugin answers.
    package static let all = [
        Preset(
            name: "opchatgpts", url: "https://opchatgpts.net", working: false, nonce: .none, history: .messages,
            supportsMessageHistory: true, supportsGPT35Turbo: true, models: [], contextID: 28, customID: .some(nil),
            session: "N/A"),
        Preset(
            name: "chatgpt4online", url: "https://chatgpt4online.org", working: false, nonce: .required,
            history: .prompt, supportsMessageHistory: false, supportsGPT35Turbo: false, defaultModel: "gpt-4",
            models: ["gpt-4"], namesConversation: false, maximumCharacters: 512),
    ]
}
