internal import Conversations

/// What `llm` knows of a reply.
struct LLMReplyFacts {
    var model: String?
    /// When its prompt was sent: nil where it is no time.
    var startedAt: Timestamp?
    var finishedAt: Timestamp?
    var usage: TokenUsage?

    /// - Parameters:
    ///   - time: RFC 3339, or what Python writes for a moment in UTC: with a space, and without a zone.
    ///   - duration: In milliseconds; 0 where nobody knows. One beyond all years is none.
    init(model: String? = nil, time: String, duration: Int64 = 0, usage: TokenUsage? = nil) {
        self.model = model
        self.usage = usage
        startedAt = Timestamp(rfc3339: time) ?? Timestamp(rfc3339: time + "Z")
        if duration > 0, let end = startedAt?.advanced(byMilliseconds: duration), end.isWritable { finishedAt = end }
    }
}

/// A chat as it is put together from what `llm` keeps of it.
///
/// `llm` writes down with each turn of a thread all that was sent, which may be there already from its older tables: what is
/// said again in the same place is the same message.
struct LLMChat {
    /// What `llm` calls it.
    let key: String
    var title: String?
    /// By the hash of a message its number here, 0 for what comes before the first.
    private(set) var places: [String: Int] = [:]
    private var entries: [TranscriptDraft.Entry] = []
    private var numbers: [Saying: Int] = [:]
    private var system: String?
    /// The number of the message last added or found; 0 before the first.
    private var tip = 0

    private struct Saying: Hashable {
        var parent: Int
        var role: Role
        var content: [UInt8]
    }

    init(key: String) {
        self.key = key
    }

    static func joined(_ texts: [String], by separator: String) -> String {
        texts.filter { !$0.isEmpty }.joined(separator: separator)
    }

    /// Goes on behind the last of them. Of several system prompts the first counts.
    mutating func add(prompt: String, system: String, response: String, facts: LLMReplyFacts) {
        setSystem(system)
        add(.user, prompt, facts: facts)
        add(.assistant, response, facts: facts)
    }

    /// What is added next goes on from this message, or begins anew.
    mutating func goOn(behind hash: String?) {
        tip = hash.flatMap { places[$0] } ?? 0
    }

    /// Goes on behind the last of them. What tools gave back is passed over, as are messages without a text.
    mutating func add(_ hash: String, role: String, text: String, facts: LLMReplyFacts) {
        switch role {
        case "system" where tip == 0: setSystem(text)
        case "system": add(.system, text, facts: facts)
        case "user": add(.user, text, facts: facts)
        case "tool": break
        default: add(.assistant, text, facts: facts)
        }
        places[hash] = tip
    }

    private mutating func setSystem(_ text: String) {
        if system == nil && !text.isEmpty { system = text }
    }

    private mutating func add(_ role: Role, _ content: String, facts: LLMReplyFacts) {
        guard !content.isEmpty else { return }
        let saying = Saying(parent: tip, role: role, content: Array(content.utf8))
        if let number = numbers[saying] {
            tip = number
            return
        }
        var entry = TranscriptDraft.Entry(
            seq: entries.count + 1, parent: tip == 0 ? nil : tip, role: role, content: content,
            createdAt: facts.startedAt)
        if role == .assistant {
            entry.provider = LLMLogs.tool
            entry.model = facts.model
            entry.finishedAt = facts.finishedAt
            entry.usage = facts.usage
        }
        entries.append(entry)
        tip = entry.seq
        numbers[saying] = tip
    }

    /// The chat; nil where nothing was said in it.
    ///
    /// - Parameter isOld: Its key is the number of a row, and no name for a chat.
    func draft(ids: inout DerivedChatIDs, isOld: Bool) -> TranscriptDraft? {
        guard let first = entries.first else { return nil }
        let id = ids.id(
            keeping: isOld ? nil : key, createdAt: first.createdAt, first: (role: first.role, content: first.content))
        var draft = TranscriptDraft(id: id)
        draft.title = title.flatMap { $0.contains { !$0.isWhitespace } ? $0 : nil }
        draft.system = system
        draft.head = tip == 0 ? nil : tip
        draft.messages = entries
        draft.metadata[TranscriptDraft.origin] = LLMLogs.tool
        return draft
    }
}
