internal import Conversations
internal import JSON

/// What is wrong with a chat.
struct ChatFault: Error {
    /// The message that it is about, counted from 1; nil for the chat itself.
    var message: Int?
    var reason: String
}

/// Reads a chat as Docs/Transcripts.md has it. Keys may come in any order, and those not known are passed over.
struct ChatJSONReader {
    private var json: JSONReader
    private var draft = TranscriptDraft(id: ChatID(rawValue: ""))
    private var id: String?
    private var head: String?
    private var messages: [MessageJSON]?
    /// The message that is being read.
    private var current: Int?

    /// - Parameter ids: For a chat without an id, or with one that is none here.
    static func draft(
        of bytes: ArraySlice<UInt8>, ids: inout DerivedChatIDs
    ) throws(ChatFault) -> TranscriptDraft {
        if let place = UTF8Check.firstFault(of: bytes) {
            throw ChatFault(reason: "byte \(place + 1) of it is not UTF-8")
        }
        var reader = ChatJSONReader(json: JSONReader(bytes))
        do {
            try reader.readChat()
            try reader.json.end()
        } catch let fault as ChatFault {
            throw fault
        } catch let error as JSONError {
            throw reader.fault(of: error)
        } catch {
            throw ChatFault(reason: "\(error)")
        }
        return try reader.finished(ids: &ids)
    }

    private init(json: JSONReader) {
        self.json = json
    }

    private func fault(of error: JSONError) -> ChatFault {
        let reason =
            switch error.reason {
            case .unexpectedByte: "it is broken JSON at byte \(error.offset + 1) of the chat"
            case .unexpectedEnd: "it is broken JSON: it ends too early"
            case .tooDeep: "it has more than \(JSONReader.maximumDepth) lists and objects in one another"
            }
        return ChatFault(message: current, reason: reason)
    }

    // MARK: - The chat

    private mutating func readChat() throws {
        guard try json.kind() == .object else { throw ChatFault(reason: "it is no chat, which is an object") }
        try json.beginObject()
        while let key = try json.nextKey() {
            if json.matches(key, "messages") {
                try readMessages()
            } else if json.matches(key, "id") {
                id = try text("id")
            } else if json.matches(key, "title") {
                draft.title = try text("title")
            } else if json.matches(key, "created_at") {
                draft.createdAt = try time("created_at")
            } else if json.matches(key, "updated_at") {
                draft.updatedAt = try time("updated_at")
            } else if json.matches(key, "provider") {
                draft.provider = try text("provider")
            } else if json.matches(key, "model") {
                draft.model = try text("model")
            } else if json.matches(key, "system") {
                draft.system = try text("system")
            } else if json.matches(key, "head") {
                head = try text("head")
            } else {
                try readRareMember(key)
            }
        }
    }

    private mutating func readRareMember(_ key: JSONString) throws {
        if json.matches(key, "tags") {
            draft.tags = try tags()
        } else if json.matches(key, "pinned") {
            draft.pinned = try boolean("pinned")
        } else if json.matches(key, "archived") {
            draft.archived = try boolean("archived")
        } else if json.matches(key, "forked_from") {
            draft.forkedFrom = try origin()
        } else if json.matches(key, "metadata") {
            draft.metadata = try metadata()
        } else {
            try json.skip()
        }
    }

    private mutating func tags() throws -> [String] {
        guard try isThere(.array, "tags", "a list of texts") else { return [] }
        var tags: [String] = []
        try json.beginArray()
        while try json.nextElement() {
            guard let tag = try text("tags") else { throw wrong("tags", "a list of texts") }
            tags.append(tag)
        }
        return tags.inTagOrder
    }

    private mutating func metadata() throws -> [String: String] {
        guard try isThere(.object, "metadata", "an object of texts") else { return [:] }
        var metadata: [String: String] = [:]
        try json.beginObject()
        while let key = try json.nextKey() { metadata[json.text(of: key)] = try text("metadata") }
        return metadata
    }

    /// The place that a fork began at: the number is the end of the message's id.
    private mutating func origin() throws -> MessageID? {
        guard try isThere(.object, "forked_from", "an object") else { return nil }
        var chat: String?
        var message: String?
        try json.beginObject()
        while let key = try json.nextKey() {
            if json.matches(key, "chat") {
                chat = try text("chat")
            } else if json.matches(key, "message") {
                message = try text("message")
            } else {
                try json.skip()
            }
        }
        guard let chat, let message, let seq = MessageJSON.number(in: message, ofChat: chat) else {
            throw wrong("forked_from", "a chat and a message of it")
        }
        return MessageID(chat: ChatID(rawValue: chat), seq: seq)
    }

    private mutating func readMessages() throws {
        guard try isThere(.array, "messages", "a list") else { return }
        var messages: [MessageJSON] = []
        try json.beginArray()
        while try json.nextElement() {
            current = messages.count + 1
            messages.append(try message())
        }
        current = nil
        self.messages = messages
    }

    // MARK: - A message

    private mutating func message() throws -> MessageJSON {
        guard try json.kind() == .object else { throw ChatFault(message: current, reason: "it is no object") }
        var message = MessageJSON()
        var role: Role?
        var content: String?
        try json.beginObject()
        while let key = try json.nextKey() {
            if json.matches(key, "content") {
                content = try text("content")
            } else if json.matches(key, "role") {
                role = try word("role")
            } else if json.matches(key, "id") {
                message.id = try text("id")
            } else if json.matches(key, "parent") {
                message.parent = try text("parent")
            } else if json.matches(key, "seq") {
                message.seq = try integer("seq")
            } else if json.matches(key, "created_at") {
                message.entry.createdAt = try time("created_at")
            } else {
                try readRareMember(key, of: &message.entry)
            }
        }
        guard let role else { throw ChatFault(message: current, reason: "it has no \"role\"") }
        guard let content else { throw ChatFault(message: current, reason: "it has no \"content\"") }
        message.entry.role = role
        message.entry.content = content
        return message
    }

    private mutating func readRareMember(_ key: JSONString, of entry: inout TranscriptDraft.Entry) throws {
        if json.matches(key, "status") {
            entry.status = try word("status") ?? .complete
        } else if json.matches(key, "provider") {
            entry.provider = try text("provider")
        } else if json.matches(key, "model") {
            entry.model = try text("model")
        } else if json.matches(key, "finished_at") {
            entry.finishedAt = try time("finished_at")
        } else if json.matches(key, "finish_reason") {
            entry.finishReason = try text("finish_reason")
        } else if json.matches(key, "usage") {
            entry.usage = try usage()
        } else if json.matches(key, "error") {
            entry.error = try error()
        } else {
            try json.skip()
        }
    }

    private mutating func usage() throws -> TokenUsage? {
        guard try isThere(.object, "usage", "an object") else { return nil }
        var input: Int?
        var output: Int?
        try json.beginObject()
        while let key = try json.nextKey() {
            if json.matches(key, "input_tokens") {
                input = try integer("input_tokens")
            } else if json.matches(key, "output_tokens") {
                output = try integer("output_tokens")
            } else {
                try json.skip()
            }
        }
        guard let input, let output else { throw wrong("usage", "\"input_tokens\" and \"output_tokens\"") }
        return TokenUsage(inputTokens: input, outputTokens: output)
    }

    private mutating func error() throws -> MessageError? {
        guard try isThere(.object, "error", "an object") else { return nil }
        var code: String?
        var message: String?
        try json.beginObject()
        while let key = try json.nextKey() {
            if json.matches(key, "code") {
                code = try text("code")
            } else if json.matches(key, "message") {
                message = try text("message")
            } else {
                try json.skip()
            }
        }
        guard let code, let message else { throw wrong("error", "\"code\" and \"message\"") }
        return MessageError(code: code, message: message)
    }

    // MARK: - Values

    /// Whether the value is there, and not null.
    private mutating func isThere(_ kind: JSONReader.Kind, _ key: StaticString, _ wanted: String) throws -> Bool {
        let found = try json.kind()
        if found == kind { return true }
        guard found == .null else { throw wrong(key, wanted) }
        try json.null()
        return false
    }

    private mutating func text(_ key: StaticString) throws -> String? {
        guard try isThere(.string, key, "a text") else { return nil }
        return json.text(of: try json.string())
    }

    private mutating func boolean(_ key: StaticString) throws -> Bool {
        try isThere(.boolean, key, "true or false") ? json.boolean() : false
    }

    private mutating func integer(_ key: StaticString) throws -> Int? {
        guard try isThere(.number, key, "a whole number") else { return nil }
        guard let number = try json.number().integer else { throw wrong(key, "a whole number") }
        return number
    }

    private mutating func time(_ key: StaticString) throws -> Timestamp? {
        guard let text = try text(key) else { return nil }
        guard let time = Timestamp(rfc3339: text) else { throw wrong(key, "a time such as 2026-01-31T12:00:00.000Z") }
        return time
    }

    private mutating func word<Word: RawRepresentable & CaseIterable>(
        _ key: StaticString
    ) throws -> Word? where Word.RawValue == String {
        guard let text = try text(key) else { return nil }
        guard let word = Word(rawValue: text) else {
            throw wrong(key, "one of " + Word.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return word
    }

    private func wrong(_ key: StaticString, _ wanted: String) -> ChatFault {
        ChatFault(message: current, reason: "\"\(key)\" has to be \(wanted)")
    }

    // MARK: - The whole

    private func finished(ids: inout DerivedChatIDs) throws(ChatFault) -> TranscriptDraft {
        guard let messages else { throw ChatFault(reason: "it has no \"messages\"") }
        var draft = draft
        let family = try MessageFamily(messages, ofChat: id ?? "")
        draft.messages = family.entries
        if let head {
            guard let seq = family.seq(of: head) else {
                throw ChatFault(reason: "its \"head\" is none of its messages")
            }
            draft.head = seq
        }
        let began = draft.createdAt ?? draft.messages.lazy.compactMap(\.createdAt).first
        if let id {
            let own = ChatID(rawValue: id)
            draft.id = own.isURLSafe ? own : ids.id(for: id, createdAt: began)
        } else {
            draft.id = ids.next(createdAt: began, first: draft.messages.first.map { ($0.role, $0.content) })
        }
        return draft
    }
}
