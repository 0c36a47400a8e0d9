package import Glibc
import Terminal

/// A terminal of which the test holds the other end, and sees the screen.
package final class PseudoTerminal {
    private struct Failure: Error, CustomStringConvertible { var description: String }

    private var controller: Int32
    package let device: Int32
    package private(set) var screen: Screen
    /// All that has come, byte for byte.
    package private(set) var received: [UInt8] = []
    private var consumed = 0  // bytes of `received` already waited for
    // TIOCSPTLCK and TIOCGPTPEER, what unlockpt and ptsname are made of: Swift's Glibc has neither the macros nor them.
    // https://man7.org/linux/man-pages/man2/ioctl_tty.2.html
    private static let lock: UInt = 0x4004_5431
    private static let openPeer: UInt = 0x5441
    private static let patience: Int32 = 30_000  // in milliseconds, for what should take one

    package init(columns: Int = 40, rows: Int = 10) throws {
        controller = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var isLocked: Int32 = 0
        guard unsafe ioctl(controller, Self.lock, &isLocked) == 0 else {
            throw Failure(description: "no pseudo-terminal")
        }
        device = ioctl(controller, Self.openPeer, O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard device >= 0 else { throw Failure(description: "the pseudo-terminal does not open") }
        screen = Screen(columns: columns, rows: rows)
        resize(columns: columns, rows: rows)
    }

    deinit {
        hangUp()
        close(device)
    }

    package func resize(columns: Int, rows: Int) {
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = unsafe ioctl(controller, UInt(TIOCSWINSZ), &size)
    }

    package func type(_ text: String) { TerminalDevice.write(text, to: controller) }

    package func hangUp() {
        if controller >= 0 { close(controller) }
        controller = -1
    }

    /// Waits until the program has written this, behind what was waited for before.
    package func wait(for text: String) throws {
        try wait("for \(text.debugDescription)") {
            guard let end = self.end(of: Array(text.utf8)) else { return false }
            self.consumed = end
            return true
        }
    }

    /// Waits until the screen shows these lines.
    package func wait(forScreen lines: [String]) throws {
        try wait("for the screen \(lines)") { self.screen.lines == lines }
    }

    private func wait(_ what: String, until isDone: () -> Bool) throws {
        while !isDone() {
            var request = pollfd(fd: controller, events: Int16(POLLIN), revents: 0)
            let isReady = unsafe poll(&request, 1, Self.patience) == 1
            guard isReady, let bytes = read() else {
                throw Failure(description: "waited \(what); the screen shows \(screen.lines)")
            }
            received += bytes
            screen.write(String(decoding: bytes, as: UTF8.self))
        }
    }

    private func read() -> [UInt8]? {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(controller, $0.baseAddress, $0.count) }
        return count > 0 ? Array(chunk[..<count]) : nil
    }

    private func end(of text: [UInt8]) -> Int? {
        var start = consumed
        while start + text.count <= received.count {
            if received[start..<start + text.count].elementsEqual(text) { return start + text.count }
            start += 1
        }
        return nil
    }

    package var isRaw: Bool { modes.c_lflag & tcflag_t(ICANON | ECHO | ISIG) == 0 }

    package var modes: termios {
        var modes = termios()
        _ = unsafe tcgetattr(device, &modes)
        return modes
    }
}
