internal import Conversations
internal import YAML

/// A session of aichat, a YAML file of its folder `sessions`.
///
/// Its keys are those of `Session` in <https://github.com/sigoden/aichat/blob/main/src/config/session.rs>, its messages'
/// those of `Message` in `src/client/message.rs`. A session has no id and no times.
struct AichatSession {
    private let document: YAMLNode

    /// - Throws: ``Unreadable`` where it is none.
    init(_ bytes: [UInt8]) throws(Unreadable) {
        let read: YAMLDocument
        do {
            read = try YAMLDocument(bytes, maximumBytes: Self.maximumBytes)
        } catch {
            throw Unreadable(reason: "line \(error.line), column \(error.column): \(error.problem)")
        }
        guard let root = read.root, root.entry("messages")?.value.elements != nil else {
            throw Unreadable(reason: "it has no messages, as sessions of aichat have")
        }
        document = root
    }

    /// More than a session with pictures in it has.
    private static let maximumBytes = 1 << 26

    /// The chat; nil where nothing was said in it.
    ///
    /// - Parameters:
    ///   - name: The session's: its file's, without an ending.
    ///   - modifiedAt: The time of all that it says. Its id does not depend on it.
    func draft(name: String?, modifiedAt: Timestamp?) throws(Unreadable) -> TranscriptDraft? {
        var entries: [TranscriptDraft.Entry] = []
        var system: String?
        for message in try saidMessages() {
            guard let content = Self.text(of: message), let role = Self.role(of: message) else { continue }
            if role == .system && entries.isEmpty {
                system = system ?? content
                continue
            }
            let seq = entries.count + 1
            var entry = TranscriptDraft.Entry(
                seq: seq, parent: seq > 1 ? seq - 1 : nil, role: role, content: content, createdAt: modifiedAt)
            if role == .assistant {
                entry.provider = AichatTranscriptSource.tool
                entry.model = document.entry("model")?.value.scalar?.text
            }
            entries.append(entry)
        }
        guard let first = entries.first else { return nil }
        // What never changes of a session that grows; two that begin alike are told apart by their names.
        let own = [name ?? "", first.role.rawValue, first.content].joined(separator: "\0")
        var draft = TranscriptDraft(
            id: DerivedChatIDs(source: AichatTranscriptSource.tool).id(for: own, createdAt: nil))
        draft.title = ForeignText.some(name)
        draft.createdAt = modifiedAt
        draft.system = system
        draft.messages = entries
        return draft
    }

    /// All that was said, what aichat has since compressed too: of that it keeps the words, and puts a summary before
    /// what was said afterwards, which says nothing more.
    private func saidMessages() throws(Unreadable) -> [YAMLNode] {
        let compressed = document.entry("compressed_messages")?.value.elements ?? []
        var messages = document.entry("messages")?.value.elements ?? []
        if !compressed.isEmpty, let first = messages.first, Self.role(of: first) == .system { messages.removeFirst() }
        for message in compressed + messages where Self.role(of: message) == nil && !Self.isTools(message) {
            throw Unreadable(reason: "line \(message.start.line): this message has no role that is known")
        }
        return compressed + messages
    }

    private static func role(of message: YAMLNode) -> Role? {
        message.entry("role")?.value.scalar.flatMap { Role(rawValue: $0.text) }
    }

    /// What tools were asked and gave back.
    private static func isTools(_ message: YAMLNode) -> Bool {
        message.entry("role")?.value.scalar?.text == "tool"
    }

    /// Nil where there is nothing to read.
    private static func text(of message: YAMLNode) -> String? {
        guard let content = message.entry("content")?.value else { return nil }
        if let parts = content.elements { return ForeignText.joined(parts.map(text(ofPart:))) }
        return content.isNull ? nil : ForeignText.some(content.scalar?.text)
    }

    private static func text(ofPart part: YAMLNode) -> String? {
        if let text = part.entry("text")?.value.scalar?.text { return text }
        guard let address = part.entry("image_url")?.value.entry("url")?.value.scalar?.text else { return nil }
        // A picture may lie in the address itself, or be kept beside the messages under its hash.
        return ForeignText.placeholder("image", address.hasPrefix("data:") ? nil : address)
    }
}
