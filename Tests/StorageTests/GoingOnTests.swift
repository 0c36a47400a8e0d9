import Conversations
import Support
import Testing

@testable import Storage

/// A reply that took several tries: what is on disk between them, and whose it is.
struct GoingOnTests {
    let one: ScratchStore
    let other: ScratchStore

    init() async throws {
        one = try await ScratchStore(process: "one")
        other = try await ScratchStore(process: "two", besides: one)
    }

    private func ended(_ attempt: ProviderAttempt) -> ProviderAttempt {
        var attempt = attempt
        attempt.result.outcome = .timeoutFirstByte
        attempt.result.fault = .provider
        attempt.result.durationMilliseconds = 30_000
        attempt.result.error = MessageError(code: "timeout", message: "no answer")
        return attempt
    }

    private func next(after attempt: ProviderAttempt, provider: String, model: String? = nil) -> ProviderAttempt {
        ProviderAttempt(
            id: one.world.surroundings().newAttemptID(), provider: provider, model: model, kind: .chat,
            number: attempt.number + 1, startedAt: one.world.now)
    }

    private func attempts() async throws -> [ProviderAttempt] {
        try await one.store.attempts(matching: AttemptQuery(limit: 50)).attempts.reversed()
    }

    /// The attempt as the store gives it back: with the reply that it served.
    private func served(_ attempt: ProviderAttempt, _ open: OpenExchange) -> ProviderAttempt {
        var attempt = attempt
        attempt.message = open.reply.id
        return attempt
    }

    @Test func `one try is closed and the next opened at once, and the reply is the next one's`() async throws {
        let open = try await one.store.begin(one.exchange(in: .new(one.newChat()), provider: "blog", model: "large"))
        let first = ended(open.attempt)
        one.world.advance(by: .seconds(2))
        let second = next(after: first, provider: "local", model: "small")
        try await one.store.goOn(with: one.right(to: open), closing: first, opening: second)
        #expect(try await attempts() == [served(first, open), served(second, open)])
        #expect(
            try one.rows("SELECT owner, process, attempt FROM provider_attempts ORDER BY id", columns: 3)
                == ["local|one|1", "local|one|2"])

        let (chat, branch) = try #require(try await other.store.branch(of: open.chat.id, of: .local, last: nil))
        var reply = open.reply
        reply.provider = "local"
        reply.model = "small"
        #expect(branch == [open.message, reply])
        // The chat stays with the provider that it was said to.
        #expect(chat == open.chat)
    }

    @Test func `the last of several tries is closed with the reply`() async throws {
        let open = try await one.begin(.new(one.newChat()))
        let first = ended(open.attempt)
        let second = next(after: first, provider: "blog", model: "x")
        try await one.store.goOn(with: one.right(to: open), closing: first, opening: second)
        let third = next(after: second, provider: "local")
        try await one.store.goOn(with: one.right(to: open), closing: ended(second), opening: third)
        try await one.store.keep("Hel", number: 1, of: one.right(to: open))
        var ending = one.ending(open)
        ending.message.provider = "local"
        ending.message.model = nil
        ending.attempt = third
        ending.attempt.result.outcome = .ok
        let chat = try await one.store.finish(one.right(to: open), with: ending)
        #expect(
            try await attempts()
                == [served(first, open), served(ended(second), open), served(ending.attempt, open)])
        #expect(try await one.store.branch(of: chat.id, of: .local, last: 1)?.1 == [ending.message])
        #expect(try await one.store.check() == [])
    }

    @Test func `nobody goes on under another name, version or owner`() async throws {
        let open = try await one.begin(.new(one.newChat()))
        let right = one.right(to: open)
        var wrong = [right, right, right]
        wrong[0].process = "two"
        wrong[1].version += 1
        wrong[2].owner = Owner(rawValue: "someone")
        for wrong in wrong {
            await #expect(throws: StoreError.leaseLost(open.chat.id)) {
                try await other.store.goOn(
                    with: wrong, closing: ended(open.attempt), opening: next(after: open.attempt, provider: "blog"))
            }
        }
        #expect(try await attempts() == [served(open.attempt, open)])
        #expect(try one.rows("SELECT provider FROM messages WHERE role = 'assistant'") == ["eliza"])
    }

    @Test func `who was overtaken between two tries has lost the reply`() async throws {
        let open = try await one.begin(.new(one.newChat()))
        one.world.advance(by: .seconds(6))
        let taken = try await other.begin(.existing(open.chat))
        await #expect(throws: StoreError.leaseLost(open.chat.id)) {
            try await one.store.goOn(
                with: one.right(to: open), closing: ended(open.attempt),
                opening: next(after: open.attempt, provider: "blog"))
        }
        #expect(try await attempts().map(\.id) == [open.attempt.id, taken.attempt.id])
        #expect(try await attempts().map(\.result.outcome) == [.aborted, .pending])
    }

    @Test func `a process that died in its second try leaves the first as it ended, and the second aborted`()
        async throws
    {
        let open = try await one.begin(.new(one.newChat()))
        let first = ended(open.attempt)
        let second = next(after: first, provider: "blog")
        try await one.store.goOn(with: one.right(to: open), closing: first, opening: second)
        try await one.store.keep("As I was", number: 1, of: one.right(to: open))
        one.world.advance(by: .seconds(6))
        let later = try await other.begin(.existing(open.chat))
        var aborted = second
        aborted.result.outcome = .aborted
        aborted.result.fault = .local
        #expect(
            try await attempts()
                == [served(first, open), served(aborted, open), served(later.attempt, later)])
        let reply = try #require(try await other.store.branch(of: open.chat.id, of: .local, last: 3)?.1.first)
        #expect(reply.provider == "blog" && reply.content == "As I was" && reply.status == .interrupted)
    }

    @Test func `going on gives no time: the lease runs on`() async throws {
        let open = try await one.begin(.new(one.newChat()))
        one.world.advance(by: .seconds(3))
        try await one.store.goOn(
            with: one.right(to: open), closing: ended(open.attempt), opening: next(after: open.attempt, provider: "b"))
        one.world.advance(by: .seconds(2))
        #expect(try await other.begin(.existing(open.chat)).message.id.seq == 3)
    }

    @Test func `a step that cannot be written is written not at all`() async throws {
        let open = try await one.begin(.new(one.newChat()))
        await #expect(throws: StoreError.self) {
            // An id that is taken.
            try await one.store.goOn(
                with: one.right(to: open), closing: ended(open.attempt), opening: open.attempt)
        }
        #expect(try await attempts() == [served(open.attempt, open)])
    }

    @Test func `deleting the chat takes its name off all of its tries`() async throws {
        let kept = try await one.talk(.new(one.newChat()))
        let open = try await one.begin(.new(one.newChat()))
        try await one.store.goOn(
            with: one.right(to: open), closing: ended(open.attempt), opening: next(after: open.attempt, provider: "b"))
        one.world.advance(by: .seconds(6))
        try await one.store.delete([open.chat.id], of: .local)
        let left = try await attempts()
        #expect(left.map(\.message) == [MessageID(chat: kept.id, seq: 2), nil, nil])
        #expect(left.map(\.result.outcome) == [.ok, .timeoutFirstByte, .aborted])
        #expect(try one.number("SELECT count(*) FROM provider_attempts WHERE owner IS NULL AND chat IS NULL") == 2)
    }
}
