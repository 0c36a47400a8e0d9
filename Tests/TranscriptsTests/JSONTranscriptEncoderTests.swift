import Conversations
import Support
import Testing
import Transcripts

/// The shapes of Docs/Transcripts.md, to the letter.
struct JSONTranscriptEncoderTests {
    private static let noon = Timestamp(rawValue: 1_769_860_800_000)

    private static var fullChat: Chat {
        Chat(
            id: ChatID(rawValue: "c1"), title: "A \"title\"", createdAt: noon,
            updatedAt: noon.advanced(byMilliseconds: 5),
            provider: "eliza", model: "m", system: "Be brief.", tags: ["a", "b"], pinned: true, archived: true,
            forkedFrom: MessageID(chat: ChatID(rawValue: "c0"), seq: 4), metadata: ["z": "1", "ä": "2", "b": "3"],
            head: 2,
            messageCount: 2)
    }

    private static var messages: [Message] {
        let id = ChatID(rawValue: "c1")
        let question = Message(id: MessageID(chat: id, seq: 1), role: .user, content: "Hi\n", createdAt: noon)
        var reply = Message(
            id: MessageID(chat: id, seq: 2), parent: 1, role: .assistant, content: "Ho", status: .interrupted,
            createdAt: noon, finishedAt: noon)
        reply.provider = "eliza"
        reply.model = "m"
        reply.finishReason = "stop"
        reply.usage = TokenUsage(inputTokens: 1, outputTokens: 2)
        reply.error = MessageError(code: "torn", message: "cut")
        return [question, reply]
    }

    private static let chatJSON =
        #"{"id":"c1","title":"A \"title\"","created_at":"2026-01-31T12:00:00.000Z","#
        + #""updated_at":"2026-01-31T12:00:00.005Z","provider":"eliza","model":"m","system":"Be brief.","#
        + #""tags":["a","b"],"pinned":true,"archived":true,"forked_from":{"chat":"c0","message":"c0-4"},"#
        + #""metadata":{"b":"3","z":"1","ä":"2"},"head":"c1-2","messages":["#
        + #"{"id":"c1-1","seq":1,"role":"user","content":"Hi\n","status":"complete","#
        + #""created_at":"2026-01-31T12:00:00.000Z"},"#
        + #"{"id":"c1-2","parent":"c1-1","seq":2,"role":"assistant","content":"Ho","status":"interrupted","#
        + #""provider":"eliza","model":"m","created_at":"2026-01-31T12:00:00.000Z","#
        + #""finished_at":"2026-01-31T12:00:00.000Z","finish_reason":"stop","#
        + #""usage":{"input_tokens":1,"output_tokens":2},"error":{"code":"torn","message":"cut"}}]}"#

    private static func transcript(_ format: TranscriptFormat, of chats: Int) throws -> String {
        var encoder = JSONTranscriptEncoder(exportedAt: format == .json ? noon : nil)
        for _ in 0..<chats {
            encoder.begin(fullChat)
            for message in messages { try encoder.receive(whole: message) }
            encoder.endChat()
        }
        encoder.finish()
        return String(decoding: encoder.take(), as: UTF8.self)
    }

    @Test func `a chat has its keys in their order`() throws {
        #expect(try Self.transcript(.jsonl, of: 1) == Self.chatJSON + "\n")
    }

    @Test(arguments: 0...3)
    func `jsonl is a chat a line and nothing else`(count: Int) throws {
        #expect(try Self.transcript(.jsonl, of: count) == String(repeating: Self.chatJSON + "\n", count: count))
    }

    @Test(arguments: 0...3)
    func `json is one document with an envelope`(count: Int) throws {
        let text = try Self.transcript(.json, of: count)
        #expect(
            text.hasPrefix(
                #"{"format":"parley.transcript","version":1,"exported_at":"2026-01-31T12:00:00.000Z","chats":["#))
        #expect(text.hasSuffix("]}\n"))
        let document = try JSONValue(text)
        #expect(document["chats"]?.elements == Array(repeating: try JSONValue(Self.chatJSON), count: count))
    }

    @Test func `the least that a chat can have`() throws {
        var encoder = JSONTranscriptEncoder(exportedAt: nil)
        encoder.begin(Chat(id: ChatID(rawValue: "c"), title: "", createdAt: Self.noon))
        encoder.endChat()
        let time = #""2026-01-31T12:00:00.000Z""#
        let json =
            #"{"id":"c","title":"","created_at":\#(time),"updated_at":\#(time),"tags":[],"pinned":false,"#
            + #""archived":false,"metadata":{},"messages":[]}"#
        #expect(String(decoding: encoder.take(), as: UTF8.self) == json + "\n")
    }

    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 200_000])
    func `a long text is handed over in pieces, which joined are the document`(length: Int) throws {
        var message = Self.messages[0]
        message.content = String(repeating: "é\"\u{1}日", count: length / 8 + 1)
        var whole = JSONTranscriptEncoder(exportedAt: nil)
        var pieces = JSONTranscriptEncoder(exportedAt: nil)
        whole.begin(Self.fullChat)
        pieces.begin(Self.fullChat)
        try whole.receive(whole: message)
        var handed: [UInt8] = []
        var largest = 0
        func keep(_ bytes: Span<UInt8>) {
            for index in bytes.indices { handed.append(bytes[index]) }
            largest = max(largest, bytes.count)
        }
        var head = message
        head.content = ""
        try pieces.receive(head, content: message.content.utf8.span, handingOverTo: keep)
        whole.endChat()
        pieces.endChat()
        try pieces.handOver(to: keep)
        #expect(handed == whole.take())
        // A piece of the text, all of it escaped, and what stands around it.
        #expect(largest < 6 * 65_536 + 2000)
    }

    @Test func `taken bytes are forgotten, and joined they are the document`() throws {
        var encoder = JSONTranscriptEncoder(exportedAt: Self.noon)
        var taken: [UInt8] = []
        func take() {
            taken += encoder.take()
            #expect(encoder.waitingBytes == 0)
        }
        encoder.begin(Self.fullChat)
        take()
        for message in Self.messages {
            try encoder.receive(whole: message)
            take()
        }
        encoder.endChat()
        encoder.finish()
        taken += encoder.take()
        #expect(try String(decoding: taken, as: UTF8.self) == Self.transcript(.json, of: 1))
    }
}
