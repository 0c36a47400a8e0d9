import Conversations
import Support
import Testing
import Transcripts

/// What is read as Parley's own JSON.
struct JSONTranscriptSourceTests {
    private static let now = Timestamp(rawValue: 1_769_860_800_000)
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// A chat, or why there is none.
    private enum Record: Equatable {
        case chat(Transcript)
        case bad(String, String)
        case broken(String, String)
    }

    private func records(_ bytes: [UInt8]) throws -> [Record] {
        let path = folder.file("input")
        try Files.write(bytes, to: path)
        let input = try InputFile.open(path)
        defer { input.close() }
        var source = try JSONTranscriptSource(input, now: Self.now)
        var records: [Record] = []
        while true {
            do {
                guard let transcript = try source.next() else { break }
                records.append(.chat(transcript))
            } catch let error as BadRecord {
                records.append(.bad(error.position, error.reason))
            } catch let error as BrokenTranscripts {
                records.append(.broken(error.position, error.reason))
                return records
            }
        }
        #expect(source.bytesRead == bytes.count)
        return records
    }

    private func records(_ text: String) throws -> [Record] { try records(Array(text.utf8)) }

    private func chats(_ text: String) throws -> [Transcript] {
        try records(text).compactMap { record in
            if case .chat(let transcript) = record { return transcript }
            Issue.record("\(record)")
            return nil
        }
    }

    private func fault(_ text: String) throws -> String {
        guard case .bad(let position, let reason)? = try records(text).first else { return "none" }
        return position + ": " + reason
    }

    private static func line(_ id: String, _ messages: String = #"{"role":"user","content":"hi"}"#) -> String {
        #"{"id":"\#(id)","messages":[\#(messages)]}"#
    }

    // MARK: - Forms

    @Test(arguments: [
        ("", []), ("\n \n", []), (line("a") + "\n", ["a"]), (line("a"), ["a"]),
        (line("a") + "\n\n" + line("b") + "\r\n", ["a", "b"]), ("\u{FEFF}" + line("a") + "\n", ["a"]),
        ("[]", []), ("[" + line("a") + " ,\n" + line("b") + "]\n", ["a", "b"]),
        (#"{"chats":[]}"#, []),
        (
            #"{"version":1,"chats":[\#(line("a")),\#(line("b"))],"x":{"y":[1]},"format":"parley.transcript"}"#,
            ["a", "b"]
        ),
        ("{\n  \"chats\" :\n [\n\(line("a"))\n]\n}\n", ["a"]),
        ("{\n \"id\": \"a\",\n \"messages\": []\n}\n", ["a"]),
        ("{\n \"id\": \"a\",\n \"messages\": []\n}\n{\n \"id\": \"b\", \"messages\": []}", ["a", "b"]),
        (#"{"metadata":{"chats":"[]"},"id":"chats","messages":[]}"#, ["chats"]),
    ])
    func `a chat a line, a list, an envelope, or one chat`(text: String, ids: [String]) throws {
        #expect(try chats(text).map(\.chat.id.rawValue) == ids)
    }

    @Test func `chats longer than what is read at once come out whole`() throws {
        let texts = [1, 100_000, 262_144, 1_000_000, 3].map { String(repeating: "é\\\"[{", count: $0 / 6 + 1) }
        let lines = texts.enumerated().map { index, text in
            Self.line("c\(index)", #"{"role":"user","content":"\#(text)"}"#)
        }
        let wanted = texts.map { $0.replacing("\\\"", with: "\"") }
        for text in [lines.joined(separator: "\n"), "[" + lines.joined(separator: ",") + "]"] {
            #expect(try chats(text).map { $0.messages[0].content } == wanted)
        }
    }

    @Test func `a later version, or another format, is refused`() throws {
        let later = try records(#"{"format":"parley.transcript","version":2,"chats":[]}"#)
        #expect(later == [.broken("", "it is of version 2, and this Parley reads 1: it takes a later one")])
        let other = try records(#"{"format":"x","chats":[]}"#)
        #expect(other == [.broken("", "its \"format\" is not parley.transcript")])
        let behind = try records(#"{"chats":[],"version":2}"#)
        #expect(behind == later)
    }

    // MARK: - What is missing

    @Test func `of a message no more is needed than its role and its text`() throws {
        let text = #"{"messages":[{"role":"user","content":"Good  morning\nall"},{"role":"assistant","content":"Hi"}]}"#
        let transcript = try #require(try chats(text).first)
        #expect(transcript.chat.title == "Good morning all")
        #expect(transcript.chat.createdAt == Self.now && transcript.chat.updatedAt == Self.now)
        #expect(transcript.chat.head == 2 && transcript.chat.messageCount == 2)
        #expect(transcript.messages.map(\.id.seq) == [1, 2])
        #expect(transcript.messages.map(\.parent) == [nil, 1])
        #expect(transcript.messages.allSatisfy { $0.status == .complete && $0.createdAt == Self.now })
        // The same input has the same ids, and the same chat twice has two.
        #expect(try chats(text).first?.chat.id == transcript.chat.id)
        let twice = try chats(text + "\n" + text)
        #expect(twice[0].chat.id == transcript.chat.id && twice[1].chat.id != transcript.chat.id)
        #expect(transcript.chat.id.isURLSafe)
    }

    @Test func `times come from what has them`() throws {
        let time = "2025-01-01T00:00:00Z"
        let text =
            #"{"id":"a","messages":[{"role":"user","content":"a","created_at":"\#(time)"},{"role":"user","content":"b"}]}"#
        let transcript = try #require(try chats(text).first)
        let wanted = try #require(Timestamp(rfc3339: time))
        #expect(transcript.chat.createdAt == wanted && transcript.chat.updatedAt == wanted)
        #expect(transcript.messages.map(\.createdAt) == [wanted, wanted])
    }

    @Test func `an id that is none here is made into one, always the same`() throws {
        let id = String(repeating: "x", count: 65)
        let text = Self.line(
            id,
            #"{"id":"\#(id)-3","role":"user","content":"a"},{"id":"\#(id)-4","parent":"\#(id)-3","role":"user","content":"b"}"#
        )
        let transcript = try #require(try chats(text).first)
        #expect(transcript.chat.id.isURLSafe && transcript.chat.id.rawValue != id)
        #expect(try chats(text + "\n" + text).map(\.chat.id) == [transcript.chat.id, transcript.chat.id])
        #expect(transcript.messages.map(\.id.seq) == [3, 4])
    }

    @Test func `messages hang together by their ids, whatever those are`() throws {
        let messages =
            #"{"id":"x","role":"user","content":"a"},{"id":"y","parent":"x","role":"user","content":"b"},"#
            + #"{"id":"z","parent":"x","role":"user","content":"c"},{"id":"w","role":"user","content":"d"}"#
        let transcript = try #require(
            try chats(#"{"id":"a","head":"y","messages":[\#(messages)]}"#).first)
        #expect(transcript.messages.map(\.parent) == [nil, 1, 1, nil])
        #expect(transcript.chat.head == 2)
        // Of those that name no parent at all each goes on from the one before.
        let row = try #require(
            try chats(Self.line("a", #"{"id":"x","role":"user","content":"a"},{"id":"y","role":"user","content":"b"}"#))
                .first)
        #expect(row.messages.map(\.parent) == [nil, 1])
        // Ids of ours without a parent begin branches.
        let roots = try #require(
            try chats(
                Self.line("a", #"{"id":"a-1","role":"user","content":"a"},{"id":"a-7","role":"user","content":"b"}"#)
            ).first)
        #expect(roots.messages.map(\.parent) == [nil, nil] && roots.messages.map(\.id.seq) == [1, 7])
    }

    @Test func `a reply that streamed where it was written is interrupted here`() throws {
        let text = Self.line("a", #"{"role":"assistant","content":"Go","status":"streaming"}"#)
        #expect(try chats(text).first?.messages.first?.status == .interrupted)
    }

    @Test func `null is absent, unknown keys are passed over, tags are in order`() throws {
        let text = #"{"id":"a","title":null,"tags":["b","a","b"],"new":[{"a":[]}],"pinned":null,"messages":[]}"#
        let chat = try #require(try chats(text).first).chat
        #expect(chat.title == "Untitled" && chat.tags == ["a", "b"] && !chat.pinned && chat.head == nil)
    }

    // MARK: - What makes no sense

    @Test(arguments: [
        (#"{"role":"tool","content":""}"#, #"message 1: "role" has to be one of system, user, assistant"#),
        (#"{"role":"user"}"#, #"message 1: it has no "content""#),
        (#"{"content":""}"#, #"message 1: it has no "role""#),
        (#"{"role":"user","content":["a"]}"#, #"message 1: "content" has to be a text"#),
        (#"{"role":"user","content":"a"},7"#, "message 2: it is no object"),
        (
            #"{"role":"user","content":"a","created_at":"now"}"#,
            #"message 1: "created_at" has to be a time such as 2026-01-31T12:00:00.000Z"#
        ),
        (
            #"{"role":"user","content":"a","status":"done"}"#,
            #"message 1: "status" has to be one of complete, streaming, interrupted, failed"#
        ),
        (#"{"role":"user","content":"a","seq":1.5}"#, #"message 1: "seq" has to be a whole number"#),
        (#"{"role":"user","content":"a","seq":0}"#, "message 1: its number has to be from 1 to 1048575"),
        (#"{"role":"user","content":"a","seq":1048576}"#, "message 1: its number has to be from 1 to 1048575"),
        (
            #"{"role":"user","content":"a","seq":2},{"role":"user","content":"a","seq":2}"#,
            "message 2: another message before it has the number 2"
        ),
        (
            #"{"role":"user","content":"a","seq":2},{"role":"user","content":"a","seq":1}"#,
            "message 2: its number is 1, and 2 came before it"
        ),
        (
            #"{"id":"c-2","seq":3,"role":"user","content":"a"}"#,
            #"message 1: its "id" says another number than its "seq""#
        ),
        (
            #"{"id":"x","role":"user","content":"a"},{"id":"x","role":"user","content":"a"}"#,
            #"message 2: another message before it has the same "id""#
        ),
        (
            #"{"id":"c-1","parent":"c-2","role":"user","content":"a"},{"id":"c-2","role":"user","content":"a"}"#,
            #"message 1: its "parent" is none of the messages before it"#
        ),
        (
            #"{"role":"user","content":"a","parent":"nobody"}"#,
            #"message 1: its "parent" is none of the messages before it"#
        ),
        (
            #"{"role":"user","content":"a","usage":{"input_tokens":1}}"#,
            #"message 1: "usage" has to be "input_tokens" and "output_tokens""#
        ),
        (#"{"role":"user","content":"a","error":"x"}"#, #"message 1: "error" has to be an object"#),
        (#"{"role":"user" "content":"a"}"#, "message 1: it is broken JSON at byte 38 of the chat"),
    ])
    func `a message that makes no sense is named`(message: String, reason: String) throws {
        let text = Self.line("good") + "\n\n" + Self.line("c", message) + "\n" + Self.line("after")
        let found = try records(text)
        #expect(found.count == 3)
        #expect(found[1] == .bad("chat 2 (line 3), " + String(reason.prefix(9)), String(reason.dropFirst(11))))
    }

    @Test(arguments: [
        ("7", "it is no chat, which is an object"), (#"{"id":"a"}"#, #"it has no "messages""#),
        (#"{"messages":{}}"#, #""messages" has to be a list"#), (#"{"id":7,"messages":[]}"#, #""id" has to be a text"#),
        (#"{"head":"x","messages":[]}"#, #"its "head" is none of its messages"#),
        (#"{"tags":[null],"messages":[]}"#, #""tags" has to be a list of texts"#),
        (#"{"metadata":{"a":1},"messages":[]}"#, #""metadata" has to be a text"#),
        (
            #"{"forked_from":{"chat":"a","message":"b-1"},"messages":[]}"#,
            #""forked_from" has to be a chat and a message of it"#
        ),
        (#"{"pinned":"yes","messages":[]}"#, #""pinned" has to be true or false"#),
        (#"{"id":"a","tags":["x""#, "it is broken JSON: it ends too early"),
        (#"{"id":"a""#, "it is broken JSON: it ends too early"),
        ("garbage", "it is broken JSON at byte 1 of the chat"),
    ])
    func `a chat that makes no sense is named, and of lines the next is read`(chat: String, reason: String) throws {
        let text = chat + "\n" + Self.line("after") + "\n"
        let found = try records(text)
        #expect(found.count == 2)
        #expect(found.first == .bad("chat 1 (line 1)", reason))
    }

    @Test func `a byte that is no UTF-8 is named`() throws {
        let bytes = Array(#"{"id":"a","title":""#.utf8) + [0xFF] + Array(#"","messages":[]}"#.utf8)
        #expect(try records(bytes) == [.bad("chat 1 (line 1)", "byte 20 of it is not UTF-8")])
    }

    @Test func `in a document the next chat is read behind one that makes no sense`() throws {
        let found = try records("[\(Self.line("a")),\n{\"id\":7},\n\(Self.line("b"))]")
        #expect(found.count == 3)
        #expect(found[1] == .bad("chat 2 (line 2)", "\"id\" has to be a text"))
    }

    @Test(arguments: [
        "[\(line("a"))", "[\(line("a"))\n\(line("b"))]", "[,]", "[\(line("a")),]", "[\(line("a"))] x",
        "{\"chats\":[\(line("a"))", "{\"chats\":[\(line("a"))] 7", "[{\"id\":\"a\"",
    ])
    func `where nobody can tell how it goes on, that is the end`(text: String) throws {
        guard case .broken? = try records(text).last else {
            Issue.record("it was read to its end")
            return
        }
    }

    @Test func `cut anywhere it gives no more than the chats before the cut`() throws {
        let whole = "{\"version\":1,\"chats\":[\n\(Self.line("a")),\n\(Self.line("b"))\n]}\n"
        for length in 0..<whole.utf8.count - 1 {
            let found = try records(Array(whole.utf8.prefix(length)))
            let isLost = found.contains { if case .chat = $0 { false } else { true } }
            #expect(isLost || found.isEmpty && length == 0, "\(length)")
        }
    }
}
