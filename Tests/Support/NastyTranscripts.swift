package import Conversations

/// Chats of any shape with every text that could break on its way out and in.
package enum NastyTranscripts {
    /// All that has broken somebody's JSON, terminal, database or tokenizer before.
    package static let texts: [String] =
        (0..<0x20).map { "a" + String(Unicode.Scalar($0 as UInt8)) + "b" } + [
            "", " ", "\n", "\r\n", "\u{7F}", "\u{80}\u{9F}", "\u{0}", "\u{0}\u{0}x\u{0}", "\"", "\\", "\\\"", "\\u0041",
            "\\n",
            "\\\\", "/", "</script>", "{\"role\":\"user\"}", "[{", "}]", "'; DROP TABLE chats; --", "%s%n", "NULL",
            "null",
            "👩‍💻👍🏽🇫🇷🏴‍☠️", "e\u{301}", "\u{E9}", "\u{1100}\u{1161}", "مرحبا \u{202E}abc\u{202C}", "שלום", "日本語 会話", "ไทย",
            "\u{FEFF}bom", "\u{FFFD}", "\u{FFFE}\u{FFFF}", "\u{10FFFF}", "\u{2028}\u{2029}", "\u{200B}\u{200D}", "𝕬𐍈",
            "---\ntitle: x\n---\n", "# User\n", "```\ncode\n```", "<!-- -->", "\t indented", "trailing \n\n",
            "C++ don't file.json foo-bar AND *", "a\u{1B}[31mred\u{1B}[0m", String(repeating: "é\"\\\n", count: 300),
        ]

    /// - Returns: the chats by id, as an export has them: each as a store would keep it.
    package static func chats(
        _ count: Int, messages: Int, using generator: inout SeededGenerator
    ) -> [Transcript] {
        (0..<count).map { chat(number: $0, messages: messages, using: &generator) }
            .sorted { $0.chat.id.rawValue.utf8.lexicographicallyPrecedes($1.chat.id.rawValue.utf8) }
    }

    private static func chat(
        number: Int, messages count: Int, using generator: inout SeededGenerator
    ) -> Transcript {
        let ids = ["Ab~c.\(number)", "chat_\(number)", "01jzzzzzzzzzzzzzzzzzzzzz\(10 + number)"]
        var chat = Chat(
            id: ChatID(rawValue: ids[number % ids.count]), title: text(using: &generator),
            createdAt: time(using: &generator), updatedAt: time(using: &generator))
        chat.provider = maybe(using: &generator)
        chat.model = maybe(using: &generator)
        chat.system = maybe(using: &generator)
        chat.tags = Set((0..<Int.random(in: 0...3, using: &generator)).map { _ in text(using: &generator) })
            .reduce(into: [String]()) { tags, tag in
                // Two that Swift takes for one are two tags; one is enough here.
                if !tags.contains(tag) { tags.append(tag) }
            }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        chat.pinned = .random(using: &generator)
        chat.archived = .random(using: &generator)
        if Bool.random(using: &generator) {
            chat.forkedFrom = MessageID(chat: ChatID(rawValue: "gone-1"), seq: .random(in: 1...99, using: &generator))
        }
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
            chat.metadata[text(using: &generator)] = text(using: &generator)
        }
        var messages: [Message] = []
        var seq = 0
        for _ in 0..<Int.random(in: 0...count, using: &generator) {
            seq += Int.random(in: 0..<4, using: &generator) == 0 ? .random(in: 1...1000, using: &generator) : 1
            messages.append(message(seq, after: messages, in: chat.id, using: &generator))
        }
        chat.head = messages.randomElement(using: &generator)?.id.seq
        chat.messageCount = messages.count
        return Transcript(chat: chat, messages: messages)
    }

    private static func message(
        _ seq: Int, after others: [Message], in chat: ChatID, using generator: inout SeededGenerator
    ) -> Message {
        let parent = Int.random(in: 0..<8, using: &generator) == 0 ? nil : others.randomElement(using: &generator)
        var message = Message(
            id: MessageID(chat: chat, seq: seq), parent: parent?.id.seq,
            role: Role.allCases.randomElement(using: &generator) ?? .user, content: text(using: &generator),
            status: [.complete, .interrupted, .failed].randomElement(using: &generator) ?? .complete,
            createdAt: time(using: &generator))
        message.provider = maybe(using: &generator)
        message.model = maybe(using: &generator)
        message.finishReason = maybe(using: &generator)
        if Bool.random(using: &generator) { message.finishedAt = time(using: &generator) }
        if Bool.random(using: &generator) {
            message.usage = TokenUsage(inputTokens: .random(in: 0...9999, using: &generator), outputTokens: 0)
        }
        if Bool.random(using: &generator) {
            message.error = MessageError(code: text(using: &generator), message: text(using: &generator))
        }
        return message
    }

    private static func text(using generator: inout SeededGenerator) -> String {
        (0...Int.random(in: 0...2, using: &generator)).map { _ in texts.randomElement(using: &generator) ?? "" }
            .joined()
    }

    private static func maybe(using generator: inout SeededGenerator) -> String? {
        Bool.random(using: &generator) ? text(using: &generator) : nil
    }

    private static func time(using generator: inout SeededGenerator) -> Timestamp {
        Timestamp(rawValue: .random(in: -62_167_219_200_000...253_402_300_799_999, using: &generator))
    }
}
