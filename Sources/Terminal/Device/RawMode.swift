import Glibc
import Synchronization

/// Keys one by one and unechoed, Ctrl-C among them, and pastes in brackets; and the way back.
///
/// Any thread may call `restore`, as one that handles signals does. Output is processed as before, so a newline is still
/// one. <https://man7.org/linux/man-pages/man3/termios.3.html>
package final class RawMode: Sendable {
    private let input: Int32
    private let output: Int32
    private let saved = Mutex<termios?>(nil)  // nil while the terminal is as we found it

    package init(input: Int32, output: Int32) {
        self.input = input
        self.output = output
    }

    deinit { restore() }

    /// - Returns: false when the input is no terminal; nothing was changed then.
    package func enter() -> Bool {
        saved.withLock { saved in
            if saved != nil { return true }
            var found = termios()
            guard unsafe tcgetattr(input, &found) == 0 else { return false }
            var raw = Self.raw(found)
            // now, and not after what was typed ahead is thrown away
            guard unsafe tcsetattr(input, TCSANOW, &raw) == 0 else { return false }
            saved = found
            TerminalDevice.write("\u{1B}[?2004h", to: output)
            return true
        }
    }

    /// Makes the terminal what it was before `enter`; does nothing when it already is.
    package func restore() {
        saved.withLock { saved in
            guard var found = saved else { return }
            saved = nil
            _ = unsafe tcsetattr(input, TCSANOW, &found)  // a terminal that is gone needs no restoring
            TerminalDevice.write("\u{1B}[?2004l", to: output)
        }
    }

    private static func raw(_ found: termios) -> termios {
        var raw = found
        unsafe cfmakeraw(&raw)
        raw.c_oflag = found.c_oflag
        raw.c_cflag = found.c_cflag
        return raw
    }
}
