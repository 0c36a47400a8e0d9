import Conversations
import Support

/// Chats with everything in them that has ever broken a format.
enum GeneratedTranscripts {
    static let texts: [String] = [
        "", "\n", "\n\n\n", " ", "plain", "two\nlines", "ends in a line end\n", "blanks at the end  \n  and before",
        "a\r\nb\r\n", "a\r\nb", "\r\n", "a\rb", "mixed\r\nends\nhere\r", "\r", "\n\r", "tab\there", "NUL \u{0} here",
        "\u{0}",
        "\u{1B}[31mred\u{1B}[0m", "DEL \u{7F}", "C1 \u{85}\u{9B}", "lines\u{2028}and\u{2029}paragraphs", "\u{FEFF}BOM",
        "overrides \u{202E}gnp.exe\u{202C}", "e\u{301} and é", "👩‍👩‍👧‍👦 and 𝔘", "\u{FFFD}\u{FFFE}\u{10FFFF}", "日本語のテキスト",
        "العربية",
        "<!-- parley:end -->", "<!-- parley:message {\"role\":\"user\"} -->", "<!-- parley:chat\nid: \"x\"\n-->",
        "text\n<!-- parley:end -->\ntext", "\\<!-- parley:end -->", "\\\\\\<!-- parley:x", "  <!-- parley:end -->",
        "a\r\n<!-- parley:end -->\r\n", "NUL\u{0}\n<!-- parley:end -->\n```\n", "a\r<!-- parley:end -->",
        "---", "---\nid: \"x\"\n---", "# Title", "## You · 2026-01-31 12:00 UTC · #1", "\n## Assistant\n\n",
        "## System", "> quoted\n\n- list", "```\nopen", "```\nopen\n", "~~~ swift\nlet a = 1\n~~~~\n```", "```\n~~~",
        "```\nclosed\n```", "- item\n  ```\n  open in a list", "```\n```\n```", "`````\n```\n", "   ```\nx",
        "    ```\nindented",
        "\n```", "```\n\n```", "```\r\nopen\r\n", "<script>alert(1)</script>", "<!-- open", "--> ]]> ?>",
        "</pre></article>",
        "&lt;&amp;&#0;", "\"quotes\" 'single' \\ back\\slash\\", "␀ is a picture", "\u{240D}\n",
        "[x]: javascript:alert(1)",
        "`code` ``a`b`` `open", "+++", "...", "'", "%", "{\"json\":\"\\u0000\"}",
    ]

    /// A chat with branches, gaps in its numbers and all keys that one can have; of 0 messages and more.
    static func transcript(number: Int, using random: inout SeededGenerator) -> Transcript {
        let id = ChatID(rawValue: number % 3 == 0 ? "chat.~_\(number)-7" : "01j0000000000000000000000\(number % 10)")
        let noon = Timestamp(
            rawValue: 1_769_860_800_000 + Int64.random(in: -5_000_000_000...5_000_000_000, using: &random))
        func text() -> String { texts.randomElement(using: &random) ?? "" }
        func maybe<Value>(_ value: Value) -> Value? { Bool.random(using: &random) ? value : nil }
        var messages: [Message] = []
        var seq = 0
        for _ in 0..<Int.random(in: 0...12, using: &random) {
            seq += Bool.random(using: &random) ? 1 : Int.random(in: 1...5, using: &random)
            var message = Message(
                id: MessageID(chat: id, seq: seq), role: Role.allCases.randomElement(using: &random) ?? .user,
                content: maybe(text()) ?? text() + text(), createdAt: noon.advanced(byMilliseconds: Int64(seq) * 1001))
            message.parent = maybe(messages.last?.id.seq) ?? messages.randomElement(using: &random)?.id.seq
            if let status = MessageStatus.allCases.randomElement(using: &random), status != .streaming {
                message.status = status
            }
            message.provider = maybe(text())
            message.model = maybe("model/\(seq)")
            message.finishedAt = maybe(message.createdAt.advanced(byMilliseconds: 7))
            message.finishReason = maybe("stop")
            message.usage = maybe(TokenUsage(inputTokens: seq, outputTokens: 0))
            message.error = maybe(MessageError(code: "torn", message: text()))
            messages.append(message)
        }
        let chat = Chat(
            id: id, title: text(), createdAt: noon, updatedAt: noon.advanced(byMilliseconds: 5),
            provider: maybe(text()),
            model: maybe(text()), system: maybe(text()),
            tags: Set((0..<3).map { _ in text() }).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) },
            pinned: Bool.random(using: &random), archived: Bool.random(using: &random),
            forkedFrom: maybe(MessageID(chat: ChatID(rawValue: "other-chat"), seq: 4)),
            metadata: Dictionary((0..<3).map { _ in (text(), text()) }) { first, _ in first },
            head: messages.randomElement(using: &random)?.id.seq, messageCount: messages.count)
        return Transcript(chat: chat, messages: messages)
    }

    static func transcripts(seed: UInt64, count: Int) -> [Transcript] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { transcript(number: $0, using: &random) }
    }
}
