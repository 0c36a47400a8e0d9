import Conversations
import Synchronization

/// Closed until a test opens it.
final class Latch: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    func open() {
        let waiting = state.withLock { state in
            defer { state = (true, []) }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}

/// A number that many may add to.
final class Tally: Sendable {
    private let number = Mutex(0)

    var count: Int { number.withLock(\.self) }
    func add(_ more: Int) { number.withLock { $0 += more } }
}

/// One that speaks for as long as anybody listens, and knows how much it has said.
final class EndlessProvider: ChatProvider {
    let name = "endless"
    let capabilities = ProviderCapabilities(historyTarget: .messages)
    private let said = Tally()

    /// In bytes.
    var given: Int { said.count }

    func reply(to request: ProviderRequest, measuring meter: AttemptMeter) -> Reply { Reply(provider: self) }

    struct Reply: AsyncSequence, AsyncIteratorProtocol {
        let provider: EndlessProvider

        func makeAsyncIterator() -> Reply { self }

        mutating func next() async throws -> ProviderEvent? {
            try Task.checkCancellation()
            // Others have their turn.
            await Task.yield()
            let piece = String(repeating: "and on ", count: 100)
            provider.said.add(piece.utf8.count)
            return .text(piece)
        }
    }
}

/// One that says each number up to a hundred, with what it was told.
struct CountingProvider: ChatProvider {
    let name = "counting"
    let capabilities = ProviderCapabilities(historyTarget: .messages)

    static func reply(to text: String) -> [String] { (1...100).map { "\(text): \($0) é\n" } }

    func reply(to request: ProviderRequest, measuring meter: AttemptMeter) -> Reply {
        guard case .messages(let messages) = request.content else { return Reply(pieces: []) }
        return Reply(pieces: Self.reply(to: messages.last?.content ?? "")[...])
    }

    struct Reply: AsyncSequence, AsyncIteratorProtocol {
        var pieces: ArraySlice<String>
        var isOver = false

        func makeAsyncIterator() -> Reply { self }

        mutating func next() async throws -> ProviderEvent? {
            await Task.yield()
            if let piece = pieces.popFirst() { return .text(piece) }
            if isOver { return nil }
            isOver = true
            return .finish(reason: "stop", text: nil)
        }
    }
}

/// Waits for something to stand still.
enum Standing {
    /// Waits until a figure has stayed what it is for many turns of everybody else's.
    static func wait(for figure: () -> Int) async throws {
        var last = -1
        var still = 0
        while still < 20_000 {
            await Task.yield()
            let now = figure()
            still = now == last && now > 0 ? still + 1 : 0
            last = now
        }
    }
}
