import Glibc

/// A terminal's descriptor, as the C library sees it.
package enum TerminalDevice {
    package struct Size: Equatable, Sendable {
        package var columns: Int
        package var rows: Int
        package static let usual = Size(columns: 80, rows: 24)
    }

    package static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// The window's size, or 80 by 24 where the terminal does not know it or is none.
    package static func size(of descriptor: Int32) -> Size {
        var window = winsize()
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0 else { return .usual }
        return Size(
            columns: window.ws_col > 0 ? Int(window.ws_col) : Size.usual.columns,
            rows: window.ws_row > 0 ? Int(window.ws_row) : Size.usual.rows)
    }

    /// `TERM` of this process, nil when unset.
    package static var type: String? {
        guard let value = unsafe getenv("TERM") else { return nil }
        return unsafe String(cString: value)
    }

    enum Input: Equatable {
        case bytes([UInt8])
        case interrupted  // by a signal
        case ended  // or hung up, or broken
    }

    /// Waits for bytes.
    static func read(_ descriptor: Int32) -> Input {
        var failure: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
            let received = unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if received < 0 { failure = errno }
            count = max(0, received)
        }
        switch failure {
        case 0: return bytes.isEmpty ? .ended : .bytes(bytes)
        case EINTR: return .interrupted
        case EAGAIN: return wait(descriptor, for: POLLIN) ? .interrupted : .ended
        default: return .ended
        }
    }

    /// Writes all of the text.
    ///
    /// - Returns: false when the terminal takes no more.
    @discardableResult
    package static func write(_ text: String, to descriptor: Int32) -> Bool {
        var rest = ArraySlice(text.utf8)
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written >= 0 {
                rest = rest.dropFirst(written)
            } else if errno == EAGAIN {
                guard wait(descriptor, for: POLLOUT) else { return false }
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }

    /// Somebody may have made the terminal non-blocking; it is shared with the shell and other programs.
    private static func wait(_ descriptor: Int32, for event: Int32) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(event), revents: 0)
        return unsafe poll(&request, 1, -1) >= 0 || errno == EINTR
    }

    /// Stops this process and its group, as Ctrl-Z would, and returns when it goes on.
    ///
    /// The group is told while we are deaf, then this thread alone: a signal to oneself is delivered before `raise`
    /// returns, one to the group whenever any thread takes it, which could be after the terminal is raw again. Threads
    /// that Dispatch lends are deaf to signals, and this one must hear it.
    package static func suspendProcessGroup() {
        let handler = signal(SIGTSTP, SIG_IGN)
        kill(0, SIGTSTP)
        signal(SIGTSTP, handler)
        var stop = sigset_t()
        var before = sigset_t()
        unsafe sigemptyset(&stop)
        unsafe sigaddset(&stop, SIGTSTP)
        unsafe pthread_sigmask(SIG_UNBLOCK, &stop, &before)
        raise(SIGTSTP)
        unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
    }
}
