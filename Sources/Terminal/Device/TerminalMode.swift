import Glibc
import Synchronization

/// Another way for a terminal to hand over its keys, for a while; and the way back.
///
/// Any thread may call `restore`, as one that handles signals does. Output is processed as before, so a newline is
/// still one. <https://man7.org/linux/man-pages/man3/termios.3.html>
package final class TerminalMode: Sendable {
    package enum Kind: Sendable {
        /// Keys one by one and unechoed, Ctrl-C among them, and pastes in brackets.
        case keys
        /// Unechoed, with signals as usual: for a time in which nobody reads. What is typed, a Ctrl-D too, stays as
        /// it is for the next reading.
        case silent
    }

    private let kind: Kind
    private let input: Int32
    private let output: Int32
    private let saved = Mutex<termios?>(nil)  // nil while the terminal is as we found it

    package init(_ kind: Kind, input: Int32, output: Int32) {
        self.kind = kind
        self.input = input
        self.output = output
    }

    deinit { restore() }

    /// - Returns: false when the input is no terminal; nothing was changed then.
    @discardableResult
    package func enter() -> Bool {
        saved.withLock { saved in
            if saved != nil { return true }
            var found = termios()
            guard unsafe tcgetattr(input, &found) == 0 else { return false }
            var changed = kind.changing(found)
            // now, and not after what was typed ahead is thrown away
            guard unsafe tcsetattr(input, TCSANOW, &changed) == 0 else { return false }
            saved = found
            if kind == .keys { TerminalDevice.write("\u{1B}[?2004h", to: output) }
            return true
        }
    }

    /// Makes the terminal what it was before `enter`; does nothing when it already is.
    package func restore() {
        saved.withLock { saved in
            guard var found = saved else { return }
            saved = nil
            _ = unsafe tcsetattr(input, TCSANOW, &found)  // a terminal that is gone needs no restoring
            if kind == .keys { TerminalDevice.write("\u{1B}[?2004l", to: output) }
        }
    }
}

extension TerminalMode.Kind {
    fileprivate func changing(_ found: termios) -> termios {
        var changed = found
        switch self {
        case .keys:
            unsafe cfmakeraw(&changed)
            changed.c_oflag = found.c_oflag
            changed.c_cflag = found.c_cflag
        case .silent:
            // Not line by line: a Ctrl-D would end a line then, and a return would be a newline.
            changed.c_lflag &= ~tcflag_t(ECHO | ICANON)
            changed.c_iflag &= ~tcflag_t(ICRNL)
        }
        return changed
    }
}
