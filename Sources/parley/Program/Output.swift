import Glibc
import Terminal

/// Why nothing more can be written.
enum OutputError: Error, Equatable {
    /// The reader of the pipe has left: nothing is wrong, and nobody needs to be told.
    case closed
    case failed(String)
}

/// The standard output: results, and nothing else.
enum StandardOutput {
    static let descriptor: Int32 = 1

    static var isTerminal: Bool { TerminalDevice.isTerminal(descriptor) }

    static func write(_ text: String) throws {
        try write(Array(text.utf8))
    }

    static func write(_ bytes: [UInt8]) throws {
        try write(bytes.span)
    }

    static func write(_ bytes: Span<UInt8>) throws {
        try FileWriting.write(bytes, to: descriptor)
    }
}

/// Writing to a descriptor to the end, without standing still in it for good.
enum FileWriting {
    /// A pipe that is ready takes at least so many bytes at once. <https://man7.org/linux/man-pages/man7/pipe.7.html>
    private static let atomicBytes = 4096
    private static let patience: Int32 = 100

    /// - Throws: ``OutputError``, or `CancellationError` where the task is cancelled while a reader stands still.
    static func write(_ bytes: Span<UInt8>, to descriptor: Int32) throws {
        let most = mayStandStill(descriptor) ? atomicBytes : .max
        try unsafe bytes.withUnsafeBytes { bytes in
            var rest = unsafe bytes[...]
            while unsafe !rest.isEmpty {
                try waitUntilReady(descriptor)
                let piece = unsafe UnsafeRawBufferPointer(rebasing: rest.prefix(most))
                let written = unsafe Glibc.write(descriptor, piece.baseAddress, piece.count)
                if written >= 0 {
                    unsafe rest = rest.dropFirst(written)
                } else if errno == EPIPE {
                    throw OutputError.closed
                } else if errno != EINTR && errno != EAGAIN {
                    throw OutputError.failed(unsafe String(cString: strerror(errno)))
                }
            }
        }
    }

    /// What takes more than it has room for only when somebody reads: pipes, sockets and terminals.
    private static func mayStandStill(_ descriptor: Int32) -> Bool {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return true }
        return switch status.st_mode & S_IFMT {
        case S_IFREG: false
        case S_IFCHR: TerminalDevice.isTerminal(descriptor)
        default: true
        }
    }

    private static func waitUntilReady(_ descriptor: Int32) throws {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        while true {
            let ready = unsafe poll(&waiting, 1, patience)
            if ready > 0 || (ready < 0 && errno != EINTR) { return }
            try Task.checkCancellation()
        }
    }
}

/// What is said about the work, on the standard error: notices, and the one line of an error.
struct Notices: Sendable {
    static let descriptor: Int32 = 2

    var isQuiet = false
    var isVerbose = false

    /// Something worth knowing, unless the user asked for quiet.
    func notice(_ text: String) {
        guard !isQuiet else { return }
        Self.write("parley: " + ControlCharacterFilter.visibleLine(text) + "\n")
    }

    /// Something that only those who look for causes want to know.
    func detail(_ text: String) {
        guard isVerbose else { return }
        Self.write("parley: " + ControlCharacterFilter.visibleLine(text) + "\n")
    }

    /// A part of a conversation on the screen: prompts, headings, help.
    func screen(_ text: String) {
        Self.write(text)
    }

    static func error(_ message: String) {
        write("parley: " + ControlCharacterFilter.visibleLine(message) + "\n")
    }

    /// Where even this cannot be written there is nobody left to tell.
    private static func write(_ text: String) {
        _ = TerminalDevice.write(text, to: descriptor)
    }
}
