import Conversations
import Support
import Testing

@testable import Storage

struct IdempotentRequestTests {
    let scratch: ScratchStore
    var store: SQLiteConversationStore { scratch.store }

    init() async throws {
        scratch = try await ScratchStore()
    }

    private static let other = Owner(rawValue: "other")

    private func begin(
        _ key: String = "k", _ hash: [UInt8] = [1], owner: Owner = .local
    ) async throws -> IdempotentBeginning {
        try await store.begin(key: key, requestHash: hash, owner: owner)
    }

    private func answer(_ text: String, chat: ChatID? = nil) -> IdempotentAnswer {
        IdempotentAnswer(status: 200, contentType: "application/json", body: Array(text.utf8), chat: chat)
    }

    @Test(arguments: ["", "{}", String(repeating: "long\u{0}ü ", count: 100_000)])
    func `a request is begun once, awaited, and answered the same again`(body: String) async throws {
        #expect(try await begin() == .new)
        #expect(try await begin() == .pending)
        #expect(try await begin("k", [2]) == .reused)
        let answer = answer(body)
        try await store.finish(key: "k", owner: .local, with: answer)
        #expect(try await begin() == .answered(answer))
        #expect(try await begin("k", [2]) == .reused)
        #expect(try await store.check() == [])
    }

    @Test func `each key and each owner is another`() async throws {
        #expect(try await begin() == .new)
        #expect(try await begin("K") == .new)
        #expect(try await begin("", owner: Self.other) == .new)
        #expect(try await begin("k", owner: Self.other) == .new)
        try await store.finish(key: "k", owner: Self.other, with: answer("theirs"))
        #expect(try await begin() == .pending)
    }

    @Test func `of many who begin at once one does it`() async throws {
        let other = try await ScratchStore(besides: scratch)
        let beginnings = try await withThrowingTaskGroup(of: IdempotentBeginning.self) { group in
            for number in 0..<20 {
                let store = number % 2 == 0 ? store : other.store
                group.addTask { try await store.begin(key: "k", requestHash: [1], owner: .local) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(beginnings.count { $0 == .new } == 1 && beginnings.count { $0 == .pending } == 19)
        await other.store.close()
    }

    @Test func `one that was taken back may be sent again, changed or not`() async throws {
        #expect(try await begin() == .new)
        try await store.forget(key: "k", owner: Self.other)
        #expect(try await begin() == .pending)
        try await store.forget(key: "k", owner: .local)
        #expect(try await begin("k", [2]) == .new)
    }

    @Test func `one that nobody answered counts as never begun after an hour, and any after a day`() async throws {
        #expect(try await begin() == .new)
        #expect(try await begin("answered") == .new)
        try await store.finish(key: "answered", owner: .local, with: answer("x"))
        scratch.world.advance(by: .seconds(3599))
        #expect(try await begin() == .pending)
        scratch.world.advance(by: .seconds(1))
        #expect(try await begin("k", [2]) == .new)
        #expect(try await begin("k", [2]) == .pending)
        scratch.world.advance(by: .seconds(23 * 3600))
        #expect(try await begin("answered") == .answered(answer("x")))
        scratch.world.advance(by: .milliseconds(1))
        #expect(try await begin("other") == .new)
        #expect(try scratch.rows("SELECT key FROM idempotent_requests ORDER BY key") == ["k", "other"])
        #expect(try await begin("answered", [3]) == .new)
    }

    @Test func `an answer in which a chat's words are is erased with the chat, or with one of its messages`()
        async throws
    {
        for isMessage in [false, true] {
            let chat = try await scratch.talk(.new(scratch.newChat()))
            for key in ["own", "none", "later"] { #expect(try await begin(key + "\(isMessage)") == .new) }
            let words = "zyzzyva " + String(repeating: "quince ", count: 3000)
            try await store.finish(key: "own\(isMessage)", owner: .local, with: answer(words, chat: chat.id))
            try await store.finish(key: "none\(isMessage)", owner: .local, with: answer("kept"))
            if isMessage {
                _ = try await store.deleteMessage(MessageID(chat: chat.id, seq: 2), of: .local)
            } else {
                try await store.delete([chat.id], of: .local)
            }
            #expect(try await begin("none\(isMessage)") == .answered(answer("kept")))
            #expect(try await begin("later\(isMessage)") == .pending)
            #expect(try await store.finishErasure { _ in } == .complete)
            #expect(try found(["zyzzyva", "quince"], in: scratch.folder) == [])
            #expect(try await begin("own\(isMessage)", [9]) == .new)
        }
        #expect(try await store.check() == [])
    }
}
