import Glibc

/// A gate that is closed until a test opens it, and stays open then; any number of threads may wait at it.
package final class Gate: Sendable {
    /// Readable once the gate is open, so that it can be waited for together with sockets. Nothing is ever read.
    let descriptor: Int32
    private let opener: Int32

    package init() throws {
        var ends: [Int32] = [0, 0]
        guard unsafe pipe(&ends) == 0 else { throw SystemFailure("pipe") }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            // Opening it very often must not block.
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (descriptor, opener) = (ends[0], ends[1])
    }

    deinit {
        close(descriptor)
        close(opener)
    }

    /// Lets through all that wait, and all that come.
    package func open() {
        // A byte and not the end of the pipe: a program started meanwhile may hold a copy of that.
        var byte: UInt8 = 1
        _ = unsafe write(opener, &byte, 1)
    }

    package var isOpen: Bool {
        Poll.wait(for: [(descriptor, Poll.readable)], milliseconds: 0) != [0]
    }

    /// Blocks the thread until the gate is open.
    ///
    /// - Throws: `Standstill` after 30 s.
    package func wait() throws(Standstill) {
        guard Poll.wait(for: [(descriptor, Poll.readable)], milliseconds: Standstill.patience) != [0] else {
            throw Standstill("a gate that nobody opened")
        }
    }
}

/// A test has waited for longer than anything takes that is going to happen.
package struct Standstill: Error, CustomStringConvertible {
    /// How long tests wait, in milliseconds, for what should take one.
    static let patience: Int32 = 30_000
    package let description: String

    init(_ what: String) { description = "waited 30 s for \(what)" }
}
