internal import Conversations
internal import JSON

/// What stands of a chat before its messages: a line a key, all of them optional but `format`.
struct MarkdownChatHead {
    var id: String?
    var title: String?
    var createdAt: Timestamp?
    var updatedAt: Timestamp?
    var provider: String?
    var model: String?
    var system: String?
    var tags: [String] = []
    var pinned = false
    var archived = false
    var forkedFrom: MessageID?
    var metadata: [String: String] = [:]
    var head: Int?
    private var format: String?

    /// Takes a line: `key: value`. A value is JSON; a text may stand without quotation marks. Blank lines, comments and
    /// keys that nobody knows mean nothing.
    mutating func receive(_ line: ArraySlice<UInt8>, at number: Int) throws {
        let content = line.trimmed
        guard let first = content.first, first != UInt8(ascii: "#") else { return }
        guard line.first == first, let colon = content.firstIndex(of: UInt8(ascii: ":")) else {
            throw MarkdownFault(number, "metadata are lines of a key, a colon and a value")
        }
        let key = String(decoding: content[..<colon].trimmed, as: UTF8.self)
        let bytes = content[(colon + 1)...].trimmed
        let value = bytes.isEmpty ? JSONValue.null : try? JSONValue(bytes)
        if value == .null { return }
        do {
            try receive(key, value, text: value?.string ?? Self.text(bytes))
        } catch is NoSuchValue {
            throw MarkdownFault(number, "the value of \(key) makes no sense")
        }
    }

    private struct NoSuchValue: Error {}

    private mutating func receive(_ key: String, _ value: JSONValue?, text: String) throws {
        switch key {
        case "format": format = text
        case "version":
            // A later one may have what would be lost.
            guard let version = value?.integer, version <= MarkdownMarker.version else { throw NoSuchValue() }
        case "id": id = text
        case "title": title = text
        case "created_at": createdAt = try Self.known(Timestamp(rfc3339: text))
        case "updated_at": updatedAt = try Self.known(Timestamp(rfc3339: text))
        case "provider": provider = text
        case "model": model = text
        case "system": system = text
        case "tags": tags = try Self.known(value?.elements).map { try Self.known($0.string) }.inTagOrder
        case "pinned": pinned = try Self.known(value?.boolean)
        case "archived": archived = try Self.known(value?.boolean)
        case "forked_from":
            let chat = try Self.known(value?["chat"]?.string)
            let message = try Self.known(value?["message"]?.string)
            forkedFrom = MessageID(chat: ChatID(rawValue: chat), seq: try Self.known(Self.seq(of: message)))
        case "metadata":
            guard case .object(let members)? = value else { throw NoSuchValue() }
            for member in members { metadata[member.key] = try Self.known(member.value.string) }
        case "head": head = try Self.known(value?.integer ?? Self.seq(of: text))
        default: break
        }
    }

    /// Asks whether all is there that has to be.
    func check(at line: Int) throws {
        guard format == MarkdownMarker.format else {
            throw MarkdownFault(line, "its metadata do not say format: \"\(MarkdownMarker.format)\"")
        }
    }

    /// The whole chat.
    func transcript(with read: [MarkdownMessage], ids: inout DerivedChatIDs, now: Timestamp) -> Transcript {
        let id = chatID(first: read.first, ids: &ids)
        var time = createdAt ?? read.first { $0.createdAt != nil }?.createdAt ?? now
        let begun = time
        var messages: [Message] = []
        messages.reserveCapacity(read.count)
        for one in read {
            let message = one.message(of: id, at: time)
            time = message.createdAt
            messages.append(message)
        }
        let latest = messages.map { max($0.createdAt, $0.finishedAt ?? $0.createdAt) }.max()
        let first = read.first { $0.role == .user }?.content ?? ""
        let chat = Chat(
            id: id, title: title ?? ChatTitle.made(from: first), createdAt: begun,
            updatedAt: updatedAt ?? latest ?? begun, provider: provider,
            model: model, system: system, tags: tags, pinned: pinned, archived: archived, forkedFrom: forkedFrom,
            metadata: metadata, head: head ?? messages.last?.id.seq, messageCount: messages.count)
        return Transcript(chat: chat, messages: messages)
    }

    private func chatID(first: MarkdownMessage?, ids: inout DerivedChatIDs) -> ChatID {
        guard let id else { return ids.next(createdAt: createdAt, first: first.map { ($0.role, $0.content) }) }
        let own = ChatID(rawValue: id)
        return own.isURLSafe ? own : ids.id(for: id, createdAt: createdAt)
    }

    /// The number at the end of a message's id.
    private static func seq(of message: String) -> Int? {
        guard let hyphen = message.lastIndex(of: "-"), let seq = Int(message[message.index(after: hyphen)...]),
            (1...MessageFamily.maximumSeq).contains(seq)
        else { return nil }
        return seq
    }

    private static func known<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw NoSuchValue() }
        return value
    }

    /// A text that is no JSON: as it stands, or between YAML's single quotation marks.
    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.count >= 2, text.hasPrefix("'"), text.hasSuffix("'") else { return text }
        return text.dropFirst().dropLast().split(separator: "''", omittingEmptySubsequences: false)
            .joined(separator: "'")
    }
}
