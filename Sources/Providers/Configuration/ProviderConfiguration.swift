package import Conversations

/// Everything that is set about one provider, checked.
package struct ProviderConfiguration: Equatable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case aiEngine = "ai-engine"
        case openAI = "openai"
        case eliza
    }

    /// What only one kind has.
    package enum Family: Equatable, Sendable {
        case aiEngine(AIEngine)
        case openAI(OpenAI)
        case eliza(Eliza)
    }

    /// A site with the AI Engine plugin.
    package struct AIEngine: Equatable, Sendable {
        package enum NonceUse: String, Sendable, CaseIterable {
            /// As the site wants it.
            case auto
            /// Always one, and no request without.
            case required
            case none
        }

        package var address: WebAddress
        package var bot = "default"
        /// The bot of a page; `.some(nil)` is sent as null, nil not at all.
        package var customID: String??
        package var contextID: Int?
        package var session: String?
        /// It is told a name for the conversation, under which it may keep a record of its own.
        package var namesConversation = true
        /// Nil for what the site takes.
        package var history: HistoryTarget?
        package var nonce = NonceUse.auto
        /// The user has said so himself, and not a preset.
        package var isNonceChosen = false
        /// The most code points of a message, as the user says; nil to find out.
        package var maximumCharacters: Int?
        /// What it is taken to be where the site was asked and does not say; nil for what sites usually have.
        package var assumedMaximumCharacters: Int?
        /// For `history: server`: the site's own token.
        package var token: SecretSource?
    }

    /// An endpoint that speaks OpenAI's chat completions.
    package struct OpenAI: Equatable, Sendable {
        package var address: WebAddress
        package var key: SecretSource?
    }

    /// The bot on board.
    package struct Eliza: Equatable, Sendable {
        package var seed: UInt64?
        /// Between two words; nil for what suits the output.
        package var pace: Duration?
    }

    package var name: String
    package var family: Family
    package var preset: Preset?
    /// The model that answers when none is asked for; nil where the other side decides.
    package var model: String?
    /// The models that can be asked for; empty where they are not known.
    package var models: [String] = []
    /// Replies are asked for as they are made.
    package var streams = true
    package var headers: [HTTPHeader] = []
    package var proxy: ProxyAddress?
    /// A file of certificates that are trusted beside the system's.
    package var authorityFile: String?
    package var timeouts = Timeouts()
    package var limits = ReplyLimits()

    package var kind: Kind {
        switch family {
        case .aiEngine: .aiEngine
        case .openAI: .openAI
        case .eliza: .eliza
        }
    }

    /// Nil for those without a network.
    package var address: WebAddress? {
        switch family {
        case .aiEngine(let site): site.address
        case .openAI(let endpoint): endpoint.address
        case .eliza: nil
        }
    }

    /// Not known to be gone: a preset's site may be, another address is the user's own affair.
    package var isWorking: Bool {
        guard let preset, !preset.working else { return true }
        return address?.description != preset.url
    }
}

extension ProviderConfiguration {
    /// Puts the paths of files that are named here in place of their names.
    package mutating func resolveFiles(_ path: (String) -> String) {
        authorityFile = authorityFile.map(path)
        switch family {
        case .aiEngine(var site):
            site.token = site.token?.resolvingFile(path)
            family = .aiEngine(site)
        case .openAI(var endpoint):
            endpoint.key = endpoint.key?.resolvingFile(path)
            family = .openAI(endpoint)
        case .eliza: break
        }
    }
}

/// Where a secret is. The secret itself is never in a configuration.
package enum SecretSource: Equatable, Sendable {
    /// In the environment's variable of this name.
    case environment(String)
    /// In a file, without the line end that closes it.
    case file(String)

    fileprivate func resolvingFile(_ path: (String) -> String) -> SecretSource {
        if case .file(let name) = self { .file(path(name)) } else { self }
    }
}

extension ProviderConfiguration {
    /// The providers that are there without any configuration.
    package static let builtIn: [ProviderConfiguration] =
        [ProviderConfiguration(name: "eliza", family: .eliza(Eliza()))]
        + Preset.all.compactMap { preset in
            try? ProviderConfiguration(name: preset.name, .mapping([.init("preset", .text(preset.name))]))
        }
}
