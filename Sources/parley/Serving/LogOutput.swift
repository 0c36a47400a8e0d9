import Dispatch
import Synchronization

/// Writes the log's lines on a thread of its own: whoever reads them slowly keeps no request waiting.
final class LogOutput: Sendable {
    private struct State {
        var waiting = 0
        var lost = 0
    }

    private let descriptor: Int32
    private let queue = DispatchQueue(label: "parley.log")
    private let state = Mutex(State())
    /// Lines that wait to be written; beyond it they are counted and left out.
    private static let capacity = 10_000

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// - Parameter line: With its end.
    func write(_ line: [UInt8]) {
        let isTaken = state.withLock { state in
            guard state.waiting < Self.capacity else {
                state.lost += 1
                return false
            }
            state.waiting += 1
            return true
        }
        guard isTaken else { return }
        queue.async { [self] in
            let lost = state.withLock { state in
                state.waiting -= 1
                defer { state.lost = 0 }
                return state.lost
            }
            // Where even this cannot be written there is nobody left to tell.
            if lost > 0 {
                try? FileWriting.write(Array("\(lost) lines of the log were left out\n".utf8).span, to: descriptor)
            }
            try? FileWriting.write(line.span, to: descriptor)
        }
    }

    /// Returns when all that was given to it has been written.
    func flush() {
        queue.sync {}
    }
}
