import Conversations
import Support
import Testing
import Transcripts

/// The form of Docs/Transcripts.md, and that it comes back.
struct MarkdownTests {
    private func markdown(_ transcripts: Transcript...) throws -> String {
        try MarkdownTranscriptEncoder().text(of: transcripts)
    }

    @Test func `a chat is front matter, a title, and a marker and a heading a message`() throws {
        var transcript = Transcript("Hi", "Ho", title: "A *title*")
        transcript.messages[1].provider = "eliza"
        let metadata = [
            "---", #"format: "parley.transcript""#, "version: 1", #"id: "c1""#, #"title: "A *title*""#,
            #"created_at: "2026-01-31T12:00:00.000Z""#, #"updated_at: "2026-01-31T12:00:00.000Z""#, "tags: []",
            "pinned: false", "archived: false", "metadata: {}", #"head: "c1-2""#, "---",
        ]
        let messages = [
            "", #"# A \*title\*"#, "",
            #"<!-- parley:message {"seq":1,"role":"user","created_at":"2026-01-31T12:00:00.000Z"} -->"#, "",
            "## You · 2026-01-31 12:00 UTC · #1", "", "Hi", "",
            #"<!-- parley:message {"seq":2,"role":"assistant","provider":"eliza","#
                + #""created_at":"2026-01-31T12:00:00.000Z"} -->"#, "",
            "## Assistant (eliza) · 2026-01-31 12:00 UTC · #2", "", "Ho", "", "<!-- parley:end -->", "",
        ]
        #expect(try markdown(transcript) == (metadata + messages).joined(separator: "\n"))
    }

    @Test(arguments: GeneratedTranscripts.texts)
    func `any text comes back as it was`(text: String) throws {
        var transcript = Transcript(text, "between", text, title: text)
        transcript.chat.system = text
        transcript.chat.tags = [text]
        transcript.chat.metadata = [text: text]
        transcript.messages[1].error = MessageError(code: "x", message: text)
        #expect(try MarkdownFile(markdown(transcript, transcript)).chats() == [transcript, transcript])
    }

    @Test(arguments: UInt64(0)..<40)
    func `generated chats come back with all that is known of them`(seed: UInt64) throws {
        let transcripts = GeneratedTranscripts.transcripts(seed: seed, count: 7)
        let bytes = try MarkdownTranscriptEncoder().bytes(of: transcripts)
        let read = try MarkdownFile(bytes).chats()
        #expect(read == transcripts)
        #expect(try MarkdownTranscriptEncoder().bytes(of: read) == bytes)
    }

    @Test func `a transcript within a message is a message`() throws {
        let inner = try markdown(Transcript("```\nopen", "text"), Transcript(""))
        let middle = Transcript(inner, "```\n" + inner, "\u{0}" + inner)
        #expect(try MarkdownFile(markdown(middle)).chats() == [middle])
        let outer = Transcript(try markdown(middle), "yes")
        #expect(try MarkdownFile(markdown(outer)).chats() == [outer])
    }

    @Test(arguments: GeneratedTranscripts.texts)
    func `line ends that an editor or a checkout changed make no difference`(text: String) throws {
        let transcript = Transcript("a\nb", text)
        let converted = try markdown(transcript).split(separator: "\n", omittingEmptySubsequences: false)
            .joined(separator: "\r\n")
        #expect(try MarkdownFile(converted).chats() == [transcript])
    }

    @Test func `a fence that a message leaves open is closed, with the indentation it has`() throws {
        #expect(try markdown(Transcript("```swift\nlet a")).contains("let a\n```\n\n<!-- parley:end -->"))
        #expect(try markdown(Transcript("- a\n\n  ~~~~\n  b")).contains("  b\n  ~~~~\n\n<!-- parley:end -->"))
        #expect(try markdown(Transcript("- ```\n  a\nno more list")).contains("list\n\n<!-- parley:end -->"))
        #expect(try markdown(Transcript("> ```\n> a")).contains("> a\n\n<!-- parley:end -->"))
        #expect(try markdown(Transcript("``` a`b\nc")).contains("c\n\n<!-- parley:end -->"))
        #expect(try markdown(Transcript("```\na\n```")).contains("\na\n```\n\n<!-- parley:end -->"))
    }

    @Test func `controls are pictures in the file, and no byte of it is one`() throws {
        let text = try markdown(Transcript("a\u{0}b\rc\u{1B}", title: "t\u{0}\nt"))
        #expect(text.contains("\n\na␀b␍c␛\n\n"))
        #expect(text.contains("\n# t␀ t\n"))
        #expect(text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x0A })
    }

    @Test func `no value ends a comment or a line`() throws {
        var transcript = Transcript("x")
        transcript.chat.title = "--> <b>\u{2028}\u{85}\n---\n"
        transcript.messages[0].error = MessageError(code: "e", message: "-->\n<!-- parley:end -->")
        let text = try markdown(transcript, transcript)
        #expect(text.components("-->") == 4 + 1)  // two messages, two ends, one chat behind the first
        #expect(!text.contains("\u{2028}") || text.contains("# "))
        #expect(try MarkdownFile(text).chats() == [transcript, transcript])
    }

    // MARK: - Edited by hand

    @Test func `edited text is read as edited, and what is left out is made up`() throws {
        let text = """
            ---
            format: parley.transcript
            title: It's by hand: mine
            created_at: 2026-01-31T12:00Z
            ---

            <!-- parley:message {"role":"user"} -->

            Hello
            you

            <!-- parley:message {"role":"assistant","fence":"```","text":"old\\u0000"} -->
            ## Assistant (whoever)

            new

            <!-- parley:end -->
            """
        let chat = try #require(try MarkdownFile(text).chats().first)
        #expect(chat.chat.title == "It's by hand: mine")
        #expect(chat.chat.createdAt == Transcript.noon && chat.chat.head == 2)
        #expect(chat.messages.map(\.content) == ["Hello\nyou", "new"])
        #expect(chat.messages.map(\.id.seq) == [1, 2])
        #expect(chat.messages.map(\.parent) == [nil, 1])
        #expect(chat.messages.allSatisfy { $0.createdAt == Transcript.noon && $0.id.chat == chat.chat.id })
        #expect(chat.chat.id.rawValue.count == 26)
        #expect(try MarkdownFile(text).chats().first?.chat.id == chat.chat.id)
        #expect(try MarkdownFile(text + "\n" + text).chats().map(\.chat.id).count == 2)
    }

    @Test func `a title is read from its heading where the metadata have none`() throws {
        let text = try markdown(Transcript("x", title: "A [b] \\ `c`")).lines { !$0.hasPrefix("title:") }
        #expect(try MarkdownFile(text).chats().first?.chat.title == "A [b] \\ `c`")
        let without = text.replacing("# A \\[b\\] \\\\ \\`c\\`\n", with: "")
        #expect(try MarkdownFile(without).chats().first?.chat.title == "x")
    }

    @Test func `an id that cannot be one is given another, always the same`() throws {
        let text = try markdown(Transcript("x")).replacing(#"id: "c1""#, with: #"id: "a b/c""#)
        let ids = try (0..<2).map { _ in try MarkdownFile(text).chats().map(\.chat.id.rawValue) }
        #expect(ids[0] == ids[1] && ids[0].allSatisfy { $0.count == 26 })
    }

    @Test func `files put one behind the other are one file`() throws {
        let (one, other) = (Transcript("a"), Transcript("b", "c"))
        let files = try markdown(one) + "\u{FEFF}" + markdown(other, one) + "\n\n"
        #expect(try MarkdownFile(files).chats() == [one, other, one])
        #expect(try MarkdownFile("\u{FEFF}" + markdown(one)).chats() == [one])
        #expect(try MarkdownFile("").chats() == [])
        #expect(try MarkdownFile("\n\n").chats() == [])
    }

    @Test func `no number follows the highest`() throws {
        let text = try markdown(Transcript("a", "b")).replacing(#""seq":1,"#, with: #""seq":1048575,"#)
            .replacing(#""seq":2,"#, with: "")
        #expect(try MarkdownFile(text).records().bad.map(\.reason) == ["its seq has to be from 1 to 1048575"])
    }

    @Test func `tags are a chat's once each, in the order of their bytes`() throws {
        let text = try markdown(Transcript("x")).replacing("tags: []", with: #"tags: ["b","a","B","a"]"#)
        #expect(try MarkdownFile(text).chats().first?.chat.tags == ["B", "a", "b"])
    }

    @Test(arguments: [
        ("## You", false), ("## You (me)", false), ("## You · yesterday", false), ("## Your question", true),
        ("## You there", true), ("## Assistant", true),
    ])
    func `a line is a message's heading, or its own first line`(line: String, isKept: Bool) throws {
        let heading = "## You · 2026-01-31 12:00 UTC · #1\n\nx"
        let text = try markdown(Transcript("x")).replacing(heading, with: "\(line)\nx")
        #expect(try MarkdownFile(text).chats().first?.messages.first?.content == (isKept ? "\(line)\nx" : "x"))
    }

    // MARK: - Bad records

    static let faults: [(old: String, new: String, position: String, reason: String)] = [
        (#""role":"user","#, "", "chat 2 (line 31), message 1 (line 47)", "no role"),
        (#""role":"user""#, #""role":"robot""#, "chat 2 (line 31), message 1 (line 47)", "role"),
        (#""role":"assistant""#, #""role":7"#, "chat 2 (line 31), message 2 (line 53)", "JSON"),
        (#""seq":2"#, #""seq":1"#, "chat 2 (line 31), message 2 (line 53)", "seq"),
        (#""seq":1"#, #""seq":9223372036854775807"#, "chat 2 (line 31), message 1 (line 47)", "from 1 to 1048575"),
        (#""seq":2,"#, #""seq":1048576,"#, "chat 2 (line 31), message 2 (line 53)", "from 1 to 1048575"),
        (#""seq":1"#, #""seq":0"#, "chat 2 (line 31), message 1 (line 47)", "from 1 to 1048575"),
        (#""seq":2"#, #""seq":2,"parent":1.5"#, "chat 2 (line 31), message 2 (line 53)", "parent"),
        (#""seq":2"#, #""seq":2,"parent":"x""#, "chat 2 (line 31), message 2 (line 53)", "parent"),
        (#""seq":2"#, #""seq":2,"parent":9"#, "chat 2 (line 31), message 2 (line 53)", "message 9"),
        (#""seq":2"#, #""seq":2,"finished_at":"noon""#, "chat 2 (line 31), message 2 (line 53)", "finished_at"),
        (#"head: "c1-2""#, #"head: "c1-7""#, "chat 2 (line 31), message 2 (line 59)", "head"),
        ("tags: []", "tags: a, b", "chat 2 (line 31), line 38", "tags"),
        ("version: 1", "version: 2", "chat 2 (line 31), line 33", "version"),
        (#"format: "parley.transcript"\#n"#, "", "chat 2 (line 31), line 42", "format"),
        ("<!-- parley:end -->\n", "", "chat 2 (line 31), message 2 (line 60)", "parley:end"),
        ("# Talk\n", "# Talk\n\nlost words\n", "chat 2 (line 31), line 47", "only the title"),
        ("-->\n\n# Talk", "\n\n# Talk", "chat 2 (line 31), line 47", "-->"),
    ]

    @Test(arguments: faults.indices)
    func `a bad chat is named by its place, and the next is read`(index: Int) throws {
        let fault = Self.faults[index]
        let good = Transcript("a", "b")
        let chats = try (0..<3).map { _ in
            try MarkdownTranscriptEncoder().text(of: [Transcript(""), good])
                .components(behind: "<!-- parley:end -->\n")
        }
        let bad = chats[1].1.replacing(fault.old, with: fault.new, maxReplacements: 1)
        #expect(bad != chats[1].1)
        let first = try MarkdownTranscriptEncoder().text(of: [good])
        let (read, records) = try MarkdownFile(first + bad + chats[2].1).records()
        #expect(read == [good, good])
        #expect(records.map(\.position) == [fault.position])
        #expect(records.first?.reason.contains(fault.reason) == true)
    }

    @Test func `a file that is something else is one bad record`() throws {
        for text in ["# A README\n\nWords.\n", "---\nlayout: post\n---\nWords\n", "{\"format\":1}", "\u{0}\u{1}"] {
            let (chats, bad) = try MarkdownFile(text).records()
            #expect(chats.isEmpty && bad.count == 1)
        }
    }

    @Test func `text that is no UTF-8 is no text`() throws {
        var bytes = try MarkdownTranscriptEncoder().bytes(of: [Transcript("a$b")])
        bytes[try #require(bytes.firstIndex(of: UInt8(ascii: "$")))] = 0xFF
        #expect(try MarkdownFile(bytes).records().bad.first?.reason.contains("UTF-8") == true)
    }

    @Test func `cut anywhere, a file loses no more than its last chat, and says so`() throws {
        let transcripts = [Transcript("a", "b"), Transcript("```\nc\u{0}")]
        let bytes = try MarkdownTranscriptEncoder().bytes(of: transcripts)
        let whole = try MarkdownTranscriptEncoder().bytes(of: [transcripts[0]]).count
        for count in 1..<bytes.count - 1 {
            let (chats, bad) = try MarkdownFile(Array(bytes[..<count])).records()
            let hasFirst = count >= whole - 1  // the last line end counts for nothing
            try #require(chats == (hasFirst ? [transcripts[0]] : []), "cut at \(count)")
            try #require(bad.count == ((whole - 1...whole + 1).contains(count) ? 0 : 1), "cut at \(count)")
        }
    }
}

extension String {
    fileprivate func components(_ separator: String) -> Int {
        split(separator: separator, omittingEmptySubsequences: false).count - 1
    }

    fileprivate func lines(where isKept: (Substring) -> Bool) -> String {
        split(separator: "\n", omittingEmptySubsequences: false).filter(isKept).joined(separator: "\n")
    }

    /// What stands up to the first end of this, and behind it.
    fileprivate func components(behind word: String) -> (String, String) {
        guard let range = firstRange(of: word) else { return (self, "") }
        return (String(self[..<range.upperBound]), String(self[range.upperBound...]))
    }
}
