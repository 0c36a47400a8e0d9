import Conversations
import Glibc
import Terminal

/// The standard input: a terminal, or a message.
enum StandardInput {
    static let descriptor: Int32 = 0

    static var isTerminal: Bool { TerminalDevice.isTerminal(descriptor) }

    /// All of it as one message, without the line end that closes it.
    ///
    /// - Throws: where it is larger than any message may be, or not UTF-8.
    static func message() throws -> String {
        var bytes = try read(atMost: HistoryBuilder.maximumMessageBytes + 2)
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard bytes.count <= HistoryBuilder.maximumMessageBytes else {
            throw Failure(
                ExitStatus.badData, "message_too_large",
                "the standard input has more than \(HistoryBuilder.maximumMessageBytes) bytes, which is the most of a "
                    + "message: nothing was sent; say it in parts")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(
                ExitStatus.badData, "not_utf8",
                "the standard input is not UTF-8 at byte \(firstBadByte(of: bytes)): convert it, with iconv for one")
        }
        return text
    }

    /// Something was piped in that nobody has read.
    static var hasUnreadInput: Bool {
        guard !isTerminal else { return false }
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        var count: Int32 = 0
        let isReady = unsafe poll(&waiting, 1, 0) == 1
        return unsafe isReady && ioctl(descriptor, UInt(FIONREAD), &count) == 0 && count > 0
    }

    private static func read(atMost limit: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < limit {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw Failure(
                    ExitStatus.inputOutput, "input",
                    "the standard input cannot be read (\(unsafe String(cString: strerror(errno)))): check where it comes from"
                )
            }
            bytes += chunk[..<count]
        }
        return bytes
    }

    /// Counted from 1.
    private static func firstBadByte(of bytes: [UInt8]) -> Int {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var good = 0
        while case .scalarValue(let scalar) = decoder.decode(&iterator) { good += UTF8.width(scalar) }
        return good + 1
    }
}
