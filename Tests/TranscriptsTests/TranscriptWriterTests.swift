import Conversations
import Support
import Testing
import Transcripts

/// The shapes of Docs/Transcripts.md, to the letter.
struct TranscriptWriterTests {
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

    private static func transcript(_ format: TranscriptFormat, of chats: Int) -> String {
        var writer = TranscriptWriter(format: format, exportedAt: noon)
        for _ in 0..<chats {
            writer.receive(.chat(fullChat))
            for message in messages { writer.receive(.message(message)) }
            writer.receive(.endOfChat)
        }
        writer.finish()
        return String(decoding: writer.take(), as: UTF8.self)
    }

    @Test func `a chat has its keys in their order`() {
        #expect(Self.transcript(.jsonl, of: 1) == Self.chatJSON + "\n")
    }

    @Test(arguments: 0...3)
    func `jsonl is a chat a line and nothing else`(count: Int) {
        #expect(Self.transcript(.jsonl, of: count) == String(repeating: Self.chatJSON + "\n", count: count))
    }

    @Test(arguments: 0...3)
    func `json is one document with an envelope`(count: Int) throws {
        let text = Self.transcript(.json, of: count)
        #expect(
            text.hasPrefix(
                #"{"format":"parley.transcript","version":1,"exported_at":"2026-01-31T12:00:00.000Z","chats":["#))
        #expect(text.hasSuffix("]}\n"))
        let document = try JSONValue(text)
        #expect(document["chats"]?.elements == Array(repeating: try JSONValue(Self.chatJSON), count: count))
    }

    @Test func `the least that a chat can have`() {
        var writer = TranscriptWriter(format: .jsonl, exportedAt: Self.noon)
        writer.receive(.chat(Chat(id: ChatID(rawValue: "c"), title: "", createdAt: Self.noon)))
        writer.receive(.endOfChat)
        let time = #""2026-01-31T12:00:00.000Z""#
        let json =
            #"{"id":"c","title":"","created_at":\#(time),"updated_at":\#(time),"tags":[],"pinned":false,"#
            + #""archived":false,"metadata":{},"messages":[]}"#
        #expect(String(decoding: writer.take(), as: UTF8.self) == json + "\n")
    }

    @Test func `taken bytes are forgotten, and joined they are the document`() {
        var writer = TranscriptWriter(format: .json, exportedAt: Self.noon)
        var taken: [UInt8] = []
        for event in [.chat(Self.fullChat)] + Self.messages.map(TranscriptEvent.message) + [.endOfChat] {
            writer.receive(event)
            taken += writer.take()
            #expect(writer.waitingBytes == 0)
        }
        writer.finish()
        taken += writer.take()
        #expect(String(decoding: taken, as: UTF8.self) == Self.transcript(.json, of: 1))
    }
}
