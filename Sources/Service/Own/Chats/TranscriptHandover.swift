private import Dispatch
private import Synchronization

/// Hands pieces of a transcript from a store's thread, which waits while there are many, to the task that sends them.
final class TranscriptHandover: Sendable {
    /// The client has left.
    struct ReaderLeft: Error {}

    /// How many pieces may wait: of what is no larger than these, no store's thread waits for a slow client.
    private static let capacity = 32

    /// To be taken by one task, which says so of each (``took()``).
    let pieces: AsyncStream<[UInt8]>
    private let input: AsyncStream<[UInt8]>.Continuation
    private let room: DispatchSemaphore
    private let hasLeft = Mutex(false)

    init() {
        (pieces, input) = AsyncStream.makeStream()
        // From 0 on: one that is let go below the number that it was made with ends the program.
        room = DispatchSemaphore(value: 0)
        for _ in 0..<Self.capacity { room.signal() }
    }

    /// Blocks the thread while too much waits.
    ///
    /// - Throws: ``ReaderLeft``.
    func put(_ piece: Span<UInt8>) throws {
        guard !piece.isEmpty else { return }
        room.wait()
        if hasLeft.withLock({ $0 }) {
            room.signal()
            throw ReaderLeft()
        }
        input.yield(Array(copying: piece))
    }

    /// There is no more to come.
    func end() { input.finish() }

    func took() { room.signal() }

    /// Nobody takes any more.
    func leave() {
        hasLeft.withLock { $0 = true }
        room.signal()
    }
}

extension [UInt8] {
    fileprivate init(copying bytes: Span<UInt8>) {
        self = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
    }
}
