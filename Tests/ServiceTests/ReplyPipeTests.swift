import Conversations
import Support
import Testing

@testable import Service

@Suite struct ReplyPipeTests {
    private let world = ScriptedWorld()

    private func pipe(onLeave: @escaping @Sendable () -> Void = {}) -> ReplyPipe {
        ReplyPipe(uptime: world.surroundings().uptime, onLeave: onLeave)
    }

    private let full = String(repeating: "x", count: ReplyPipe.capacity + 1)

    private func text(_ event: ReplyPipe.Event?) -> String? {
        if case .text(let text) = event { text } else { nil }
    }

    @Test func `whoever sends more than it holds waits for the reader`() async throws {
        let pipe = pipe()
        let isSent = Tally()
        async let sending: Void = {
            try await pipe.send(.text(full))
            isSent.add(1)
        }()
        for _ in 1...1000 { await Task.yield() }
        #expect(isSent.count == 0)
        #expect(text(try await pipe.next()) == full)
        try await sending
        #expect(isSent.count == 1)
    }

    @Test func `a reader that leaves wakes both ends, and is told of once`() async throws {
        let leavings = Tally()
        let pipe = pipe { leavings.add(1) }
        let reading = Task { try await pipe.next() }
        for _ in 1...100 { await Task.yield() }
        pipe.leave()
        pipe.leave()
        await #expect(throws: ReplyPipe.ReaderLeft.self) { _ = try await reading.value }
        await #expect(throws: ReplyPipe.ReaderLeft.self) { try await pipe.send(.text("x")) }
        await #expect(throws: ReplyPipe.ReaderLeft.self) { _ = try await pipe.next() }
        #expect(leavings.count == 1)
    }

    @Test func `a writer that waits goes on when the reader leaves`() async throws {
        let pipe = pipe()
        let sending = Task { try await pipe.send(.text(full)) }
        for _ in 1...100 { await Task.yield() }
        pipe.leave()
        await #expect(throws: ReplyPipe.ReaderLeft.self) { try await sending.value }
    }

    @Test func `a cancelled reader takes nothing`() async throws {
        let pipe = pipe()
        let reading = Task { try await pipe.next() }
        for _ in 1...100 { await Task.yield() }
        reading.cancel()
        await #expect(throws: CancellationError.self) { _ = try await reading.value }
        try await pipe.send(.text("still here"))
        #expect(text(pipe.nextIfAny()) == "still here")
    }

    @Test func `a reader that waits hears of the silence, and one that is busy for too long is dropped`() async throws {
        let isStalled = Tally()
        let pipe = pipe()
        pipe.whenStalled { isStalled.add(1) }
        async let reading = pipe.next()
        for _ in 1...100 { await Task.yield() }
        world.advance(by: .seconds(14))
        pipe.tick(keepAliveAfter: .seconds(15), dropAfter: .seconds(30))
        world.advance(by: .seconds(1))
        pipe.tick(keepAliveAfter: .seconds(15), dropAfter: .seconds(30))
        guard case .silence = try await reading else {
            Issue.record("no silence")
            return
        }
        // It has something to write now, and its client takes nothing.
        world.advance(by: .seconds(29))
        pipe.tick(keepAliveAfter: .seconds(15), dropAfter: .seconds(30))
        #expect(isStalled.count == 0)
        world.advance(by: .seconds(1))
        pipe.tick(keepAliveAfter: .seconds(15), dropAfter: .seconds(30))
        #expect(isStalled.count == 1)
        await #expect(throws: ReplyPipe.ReaderLeft.self) { try await pipe.send(.text("x")) }
    }
}
