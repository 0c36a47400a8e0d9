import Conversations
import Support
import Testing

@testable import Storage

/// What is kept of a program's request beside its messages.
struct ResponseTests {
    let scratch: ScratchStore
    var store: SQLiteConversationStore { scratch.store }

    init() async throws {
        scratch = try await ScratchStore()
    }

    private static let fields = ResponseFields(fields: #"{"model":"ünï"}"#, namesConversation: true)

    private func begin(
        _ turn: NewExchange.Turn, in target: NewExchange.Target, _ fields: ResponseFields = fields
    ) async throws -> OpenExchange {
        var exchange = scratch.exchange(in: target, turn: turn)
        exchange.response = fields
        return try await store.begin(exchange)
    }

    private func respond(
        _ turn: NewExchange.Turn, in target: NewExchange.Target, _ fields: ResponseFields = fields
    ) async throws -> (Chat, OpenExchange) {
        let open = try await begin(turn, in: target, fields)
        return (try await store.finish(scratch.right(to: open), with: scratch.ending(open)), open)
    }

    private func response(_ reply: Message) async throws -> StoredResponse? {
        try await store.response(reply.id, of: .local)
    }

    @Test func `a response comes with its fields, what was said with it, and the reply as far as it has come`()
        async throws
    {
        let first = try await scratch.talk(.new(scratch.newChat()))
        let said = [NewMessage(role: .system, content: "Be brief.", isDeveloper: true), NewMessage("And?")]
        let open = try await begin(.say(said, after: 2), in: .existing(first))
        try await store.keep("so far", number: 1, of: scratch.right(to: open))
        let streaming = try #require(try await response(open.reply))
        #expect((streaming.reply.status, streaming.reply.content) == (.streaming, "so far"))
        #expect(streaming.input == open.said && streaming.fields == Self.fields && streaming.chat == open.chat)
        let chat = try await store.finish(scratch.right(to: open), with: scratch.ending(open))
        let whole = try #require(try await response(open.reply))
        #expect((whole.reply.status, whole.reply.content) == (.complete, "Hello."))
        #expect(whole.input == open.said && whole.chat == chat)
        #expect(try await store.statistics().responses == 1)
        #expect(try await store.check() == [])
    }

    @Test func `two that go on from the same one are two branches, and each has its own input`() async throws {
        let (chat, first) = try await respond(.say("one", after: nil), in: .new(scratch.newChat()))
        let goingOn = ResponseFields(fields: "{}", previous: first.reply.id.seq, namesConversation: false)
        let (next, second) = try await respond(.say("two", after: 2), in: .existing(chat), goingOn)
        let (_, third) = try await respond(.say("three", after: 2), in: .existing(next), goingOn)
        #expect(try await response(first.reply)?.input.map(\.content) == ["one"])
        #expect(try await response(second.reply)?.input.map(\.content) == ["two"])
        #expect(try await response(third.reply)?.input.map(\.content) == ["three"])
        #expect(try await response(third.reply)?.fields == goingOn)
    }

    @Test func `another reply to the same words has them for its input`() async throws {
        let chat = try await scratch.talk(.new(scratch.newChat()))
        let message = try #require(try await store.message(MessageID(chat: chat.id, seq: 1), of: .local))
        let (_, open) = try await respond(.answer(message), in: .existing(chat))
        #expect(try await response(open.reply)?.input == [message])
        #expect(try await store.check() == [])
    }

    @Test func `what is no response is none, nor is another's`() async throws {
        let (chat, open) = try await respond(.say("one", after: nil), in: .new(scratch.newChat()))
        #expect(try await store.response(open.reply.id, of: Owner(rawValue: "other")) == nil)
        for seq in [1, 3, 0, -1, 1 << 20 | 2] {
            #expect(try await store.response(MessageID(chat: chat.id, seq: seq), of: .local) == nil)
        }
        let plain = try await scratch.talk(.existing(chat))
        #expect(try await store.response(MessageID(chat: chat.id, seq: try #require(plain.head)), of: .local) == nil)
    }

    @Test func `it is forgotten once, and its words stay in the chat, as do those that go on from it`() async throws {
        let (chat, first) = try await respond(.say("one", after: nil), in: .new(scratch.newChat()))
        let goingOn = ResponseFields(fields: "{}", previous: 2, namesConversation: false)
        let (_, second) = try await respond(.say("two", after: 2), in: .existing(chat), goingOn)
        #expect(try await !store.deleteResponse(first.reply.id, of: Owner(rawValue: "other")))
        #expect(try await store.deleteResponse(first.reply.id, of: .local))
        #expect(try await !store.deleteResponse(first.reply.id, of: .local))
        #expect(try await response(first.reply) == nil)
        #expect(try await response(second.reply)?.fields.previous == 2)
        #expect(try await store.branch(of: chat.id, of: .local, last: nil)?.1.count == 4)
        #expect(try await store.finishErasure { _ in } == .complete)
        #expect(try await store.check() == [])
    }

    @Test func `a message of its input may be gone, and a reply takes its response along`() async throws {
        let said = [NewMessage("one"), NewMessage("two")]
        let (chat, open) = try await respond(.say(said, after: nil), in: .new(scratch.newChat()))
        _ = try await store.deleteMessage(MessageID(chat: chat.id, seq: 1), of: .local)
        #expect(try await response(open.reply)?.input.map(\.content) == ["two"])
        _ = try await store.deleteMessage(MessageID(chat: chat.id, seq: 2), of: .local)
        #expect(try await response(open.reply)?.input == [])
        _ = try await store.deleteMessage(open.reply.id, of: .local)
        #expect(try await response(open.reply) == nil)
        #expect(try await store.statistics().responses == 0)
    }

    @Test func `a deleted chat takes its responses along, and a fork has none`() async throws {
        let (chat, open) = try await respond(.say("one", after: nil), in: .new(scratch.newChat()))
        let new = try chat.fork(at: 2, as: ChatID(rawValue: "fork"), title: nil, createdAt: scratch.world.now)
        let fork = try await store.fork(open.reply.id, as: new)
        #expect(try await store.response(MessageID(chat: fork.id, seq: 2), of: .local) == nil)
        #expect(try scratch.number("SELECT count(*) FROM responses") == 1)
        try await store.delete([chat.id], of: .local)
        #expect(try scratch.number("SELECT count(*) FROM responses") == 0)
        #expect(try await store.finishErasure { _ in } == .complete)
        #expect(try found(["ünï"], in: scratch.folder) == [])
        #expect(try await store.check() == [])
    }

    @Test(arguments: [
        "UPDATE responses SET first_input = 2", "UPDATE responses SET message = message - 1, first_input = 0",
    ])
    func `one that belongs to no reply is found by a check`(sql: String) async throws {
        _ = try await respond(.say("one", after: nil), in: .new(scratch.newChat()))
        try scratch.execute(sql)
        #expect(try await store.check().map(\.code) == ["response_without_reply"])
    }
}
