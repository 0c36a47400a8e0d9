import Conversations
import Support
import Testing
import Transcripts

struct ChatGPTTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private static let export = ForeignExports.path("chatgpt/conversations.json")

    private func read(_ text: String) throws -> [Transcript] {
        try Files.write(text, to: folder.file("conversations.json"))
        return try ForeignExports.chatGPT(folder.file("conversations.json"))
    }

    /// A conversation of nodes `id: (parent, text)`, the users'.
    private static func conversation(_ nodes: [(id: String, parent: String?, text: String)], tip: String = "") -> String
    {
        let nodes = nodes.map { node in
            let parent = node.parent.map { "\"\($0)\"" } ?? "null"
            return """
                "\(node.id)":{"parent":\(parent),"message":{"author":{"role":"user"},"content":{"content_type":"text",\
                "parts":["\(node.text)"]}}}
                """
        }
        return #"[{"id":"x","current_node":"\#(tip)","mapping":{\#(nodes.joined(separator: ","))}}]"#
    }

    @Test func `a conversation keeps its branches, its ids, its times and who said what`() throws {
        let transcript = try #require(try ForeignExports.chatGPT(Self.export).first)
        #expect(
            transcript.outline == [
                "1<0 user: [image: cat.png]\n\nWhat is this? 🐈 é\n\n[file: notes.pdf]", "2<1 assistant: A cat.",
                "3<1 assistant: A small ti", "4<2 user: Thanks",
            ])
        let chat = transcript.chat
        #expect(chat.id.rawValue == "6592b2c0-1111-8000-a1b2-c3d4e5f60718")
        #expect(chat.title == "A cat in two tries" && chat.archived && !chat.pinned && chat.head == 4)
        #expect(chat.provider == nil && chat.model == nil && chat.metadata == ["imported_from": "chatgpt"])
        #expect(chat.createdAt.rfc3339 == "2024-01-01T00:00:00.123Z")
        #expect(chat.updatedAt.rfc3339 == "2024-01-01T00:01:00.500Z")
        let reply = transcript.messages[1]
        #expect(reply.model == "gpt-4o" && reply.provider == "chatgpt" && reply.finishReason == "stop")
        #expect(reply.status == .complete && reply.createdAt.rfc3339 == "2024-01-01T00:00:03.250Z")
        #expect(transcript.messages[2].status == .interrupted)
        #expect(transcript.messages[0].provider == nil)
    }

    @Test func `programs, what they printed and quotations are kept, thoughts and orders to tools are not`() throws {
        let transcripts = try ForeignExports.chatGPT(Self.export)
        #expect(transcripts.count == 2)
        let transcript = transcripts[1]
        #expect(
            transcript.outline == [
                "1<0 user: Count to\nthree, please", "2<1 assistant: ```python\nprint(1, 2, 3)\n```",
                "3<2 assistant: ```\n1 2 3\n```", "4<3 assistant: Three\n\nhttps://example.com/3\n\nThree is a number.",
                "5<4 assistant: Still legible.", "6<5 user: And aloud?",
            ])
        #expect(transcript.chat.title == "Count to three, please")
        #expect(transcript.chat.createdAt.rfc3339 == "2024-01-02T00:00:00.000Z")
        // It says nothing of its time: it has the one of what it answers.
        #expect(transcript.messages[5].createdAt.rfc3339 == "2024-01-02T00:00:07.000Z")
    }

    @Test func `all that a mapping says of a wrong tree is kept`() throws {
        let odd = try read(
            Self.conversation([
                ("orphan", "nobody", "an orphan"), ("a", "b", "in"), ("b", "c", "a"), ("c", "a", "circle"),
                ("self", "self", "my own parent"), ("a", nil, "twice"), ("d", "b", "behind it"),
            ]))
        let transcript = try #require(odd.first)
        #expect(transcript.messages.count == 7)
        for message in transcript.messages { #expect(message.parent ?? 0 < message.id.seq) }
        let texts = Set(transcript.messages.map(\.content))
        #expect(texts == ["an orphan", "in", "a", "circle", "my own parent", "twice", "behind it"])
        let circle = transcript.messages.filter { ["in", "a", "circle"].contains($0.content) }
        #expect(circle.filter { $0.parent == nil }.count == 1)
        #expect(transcript.chat.head == transcript.messages.count)
    }

    @Test func `a conversation of a hundred thousand nodes is one of them`() throws {
        let count = 100_000
        let nodes = (0..<count).map { (id: "n\($0)", parent: $0 > 0 ? "n\($0 - 1)" : nil, text: "\($0)") }
        let transcript = try #require(try read(Self.conversation(nodes.reversed(), tip: "n\(count - 1)")).first)
        #expect(transcript.messages.map(\.content) == (0..<count).map(String.init))
        #expect(transcript.chat.head == count)
    }

    @Test func `text is kept whatever is wrong with it`() throws {
        let bytes =
            Array(#"[{"mapping":{"a":{"message":{"author":{"role":"user"},"content":{"parts":["half \ud83d and "#.utf8)
            + [0xFF]
            + Array(#" bad", null, 7]}}},"b":{"message":null},"c":{"message":{"author":null,"content":null}}}}]"#.utf8)
        try Files.write(bytes, to: folder.file("conversations.json"))
        let transcript = try #require(try ForeignExports.chatGPT(folder.file("conversations.json")).first)
        #expect(transcript.messages.map(\.content) == ["half \u{FFFD} and \u{FFFD} bad"])
        #expect(transcript.chat.id.rawValue.utf8.count == 26)
    }

    @Test func `a chat without an id gets the same each time, and another than its double`() throws {
        let one =
            #"{"create_time":1704067200,"mapping":{"a":{"message":{"author":{"role":"user"},"content":{"parts":["Hi"]}}}}}"#
        let first = try read("[\(one),\(one)]").map(\.chat.id)
        #expect(first.count == 2 && first[0] != first[1])
        #expect(try read("[\(one),\(one)]").map(\.chat.id) == first)
        #expect(try read("[\(one)]").map(\.chat.id) == [first[0]])
        // One that cannot be an id here still is always the same.
        let odd = one.replacing("{\"create", with: "{\"id\":\"with space\",\"create", maxReplacements: 1)
        #expect(try read("[\(odd)]").map(\.chat.id) == read("[\(odd)]").map(\.chat.id))
        #expect(try read("[\(odd)]").map(\.chat.id) != [first[0]])
    }

    @Test func `a grown export adds what is new, wherever it has grown`() throws {
        let before = [("a", nil as String?, "one"), ("b", "a", "two"), ("c", "b", "three")]
        let first = try #require(try read(Self.conversation(before, tip: "c")).first)
        // Another branch in the middle, and more at the end: both are numbered otherwise than before.
        let grown = try #require(
            try read(
                Self.conversation([before[0], ("x", "a", "new"), before[1], before[2], ("d", "c", "four")], tip: "d")
            )
            .first)
        func additions(_ transcript: Transcript) -> [String] {
            TranscriptMerge(
                stored: first.messages, head: first.chat.head, nextSeq: 4, incoming: transcript.messages,
                incomingHead: transcript.chat.head
            ).additions.map { "\($0.parent ?? 0): \($0.content)" }.sorted()
        }
        #expect(grown.chat.id == first.chat.id)
        #expect(additions(grown) == ["1: new", "3: four"])
        #expect(additions(first).isEmpty)
    }

    // MARK: - Files

    @Test func `a bad conversation is named by its place, and the next goes on`() throws {
        let good = String(Self.conversation([("a", nil, "fine")]).dropFirst().dropLast())
        try Files.write(
            #"[\#(good), {"title":"Torn","mapping":7}, 9, {"title":"No JSON", oops}, \#(good)]"#,
            to: folder.file("conversations.json"))
        let input = try InputFile.open(folder.file("conversations.json"))
        defer { input.close() }
        var source = try ForeignTranscriptSource(input, of: ChatGPTConversation.self, now: ForeignExports.now)
        var positions: [String] = []
        var count = 0
        while true {
            do {
                guard try source.next() != nil else { break }
                count += 1
            } catch let error as BadRecord {
                positions.append(error.position)
            }
        }
        #expect(count == 2)
        #expect(positions == ["conversation 2 \"Torn\"", "conversation 3", "conversation 4"])
        #expect(source.bytesRead == input.byteCount)
    }

    @Test(arguments: ["", "not JSON", "[{\"mapping\":{}", "[{\"mapping\":{}} {}", "[,]", "{} {}"])
    func `a file that makes no sense is told of`(text: String) throws {
        #expect(throws: (any Error).self) { try read(text) }
    }

    @Test(arguments: ["[]", " [ ] ", "\u{FEFF}[]", "[{\"mapping\":{}}]"])
    func `a file with nothing said in it has no chats`(text: String) throws {
        #expect(try read(text).isEmpty)
    }

    @Test func `a folder's numbered files are read in their order, and what lies beside them is not`() throws {
        for (name, id) in [("conversations-010", "c"), ("conversations-000", "a"), ("conversations-001", "b")] {
            let text = Self.conversation([("n", nil, id)]).replacing("\"x\"", with: "\"\(id)\"")
            try Files.write(text, to: folder.file(name + ".json"))
        }
        for name in ["user.json", "chat.html", "shared_conversations.json", "conversations-x.json"] {
            try Files.write("nonsense", to: folder.file(name))
        }
        #expect(try ForeignExports.chatGPT(folder.path).map(\.chat.id.rawValue) == ["a", "b", "c"])
    }

    @Test func `a bad record of several files is named with its file`() throws {
        try Files.write("[]", to: folder.file("conversations-000.json"))
        try Files.write("[1]", to: folder.file("conversations-001.json"))
        #expect {
            try ForeignExports.chatGPT(folder.path)
        } throws: { ($0 as? BadRecord)?.position == "conversations-001.json, conversation 1" }
    }

    @Test func `a zip is read as it lies`() throws {
        let export = try Files.read(Self.export)
        let zip = ZipMaker.zip(
            [
                "me/conversations.json": export, "me/user.json": [1], "__MACOSX/me/conversations.json": [2],
                "me/chat.html": [3],
            ], deflated: true)
        try Files.write(zip, to: folder.file("export.zip"))
        #expect(try ForeignExports.chatGPT(folder.file("export.zip")) == ForeignExports.chatGPT(Self.export))
    }

    @Test func `a zip without conversations is told of`() throws {
        try Files.write(ZipMaker.zip(["user.json": [1]]), to: folder.file("export.zip"))
        #expect(throws: BrokenTranscripts.self) { try ForeignExports.chatGPT(folder.file("export.zip")) }
    }
}
