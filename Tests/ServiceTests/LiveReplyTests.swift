import Conversations
import Support
import Testing

@testable import Service

@Suite struct LiveReplyTests {
    private let reply = LiveReply(MessageID(chat: ChatID(rawValue: "c"), seq: 2))

    @Test func `who comes late has all there is, and who waits has word of more`() async throws {
        reply.add("Hel")
        reply.add("lo")
        #expect(try await reply.look(behind: 0) == .text("Hello", offset: 0))
        async let more = reply.look(behind: 5)
        reply.add("!")
        #expect(try await more == .text("!", offset: 5))
    }

    @Test func `after the end there is what was left of the text, and then the end`() async throws {
        reply.add("Hello")
        reply.end(with: nil)
        #expect(try await reply.look(behind: 2) == .text("llo", offset: 2))
        #expect(try await reply.look(behind: 5) == .ended(nil))
    }

    @Test func `who waits looks up when the clock says so`() async throws {
        let looking = Task { try await reply.look(behind: 0) }
        var look: LiveReply.Look?
        let watching = Task {
            while !Task.isCancelled {
                reply.wake()
                await Task.yield()
            }
        }
        look = try await looking.value
        watching.cancel()
        #expect(look == .silence)
    }

    @Test func `who is cancelled waits no longer`() async throws {
        let looking = Task { try await reply.look(behind: 0) }
        looking.cancel()
        await #expect(throws: CancellationError.self) { try await looking.value }
    }
}
