import Glibc
import Synchronization
import Terminal

/// How far a long piece of work has come, on a line of a person's screen that it keeps to itself: a bar, the rate and
/// the time left. Nothing where nobody looks.
///
/// It may be told as often as one likes: it draws ten times a second at most, and nothing before the first tenth.
final class ProgressBar: Sendable {
    /// The line of a screen.
    struct Device: Sendable {
        var write: @Sendable (String) -> Void
        var columns: @Sendable () -> Int
        /// It takes what is written without making the writer wait.
        var isReady: @Sendable () -> Bool
    }

    private struct State {
        /// When it was drawn last, or the work began.
        var drawnAt: Duration
        /// How many columns the line on the screen takes; 0 for none.
        var width = 0
    }

    private let text: ProgressText
    /// Nil where nobody looks.
    private let device: Device?
    private let uptime: @Sendable () -> Duration
    private let start: Duration
    private let state: Mutex<State>

    private static let interval = Duration.milliseconds(100)

    /// Begins to count the time.
    ///
    /// - Parameters:
    ///   - label: What is being done, such as `exporting`.
    ///   - total: How many messages or bytes there are; nil where nobody knows.
    ///   - device: Where it is drawn; nil for nowhere.
    ///   - uptime: Time since some fixed moment, by a clock that nobody sets.
    init(
        _ label: String, unit: ProgressText.Unit, total: Int?, on device: Device?,
        uptime: @escaping @Sendable () -> Duration
    ) {
        text = ProgressText(label: label, unit: unit, total: total)
        self.device = device
        self.uptime = uptime
        start = uptime()
        state = Mutex(State(drawnAt: start))
    }

    /// On the standard error, where that is a terminal and nobody asked for quiet.
    convenience init(_ label: String, unit: ProgressText.Unit, total: Int?, notices: Notices) {
        let begin = ContinuousClock.now
        self.init(label, unit: unit, total: total, on: .ofErrors(notices)) { ContinuousClock.now - begin }
    }

    /// - Parameter done: How many messages or bytes are done, of all.
    func show(_ done: Int) {
        guard let device else { return }
        state.withLock { state in
            let now = uptime()
            guard now - state.drawnAt >= Self.interval else { return }
            state.drawnAt = now
            // Where a line fills the last column, some terminals begin the next.
            let line = text.line(done: done, elapsed: now - start, columns: max(device.columns() - 1, 0))
            let width = DisplayWidth.columns(of: line)
            device.write("\r" + line + String(repeating: " ", count: max(state.width - width, 0)))
            state.width = width
        }
    }

    /// Takes the line off the screen.
    func end() {
        state.withLock { clear(&$0) }
    }

    /// The same, for who must not stand still: a line that cannot be taken off at once stays.
    func endAtOnce() {
        guard device?.isReady() ?? false else { return }
        _ = state.withLockIfAvailable { clear(&$0) }
    }

    private func clear(_ state: inout State) {
        guard let device, state.width > 0 else { return }
        device.write("\r" + String(repeating: " ", count: state.width) + "\r")
        state.width = 0
    }
}

extension ProgressBar.Device {
    /// The standard error; nil where it is no terminal, or nobody wants to be told.
    static func ofErrors(_ notices: Notices) -> ProgressBar.Device? {
        let descriptor = Notices.descriptor
        guard !notices.isQuiet, TerminalDevice.isTerminal(descriptor) else { return nil }
        return ProgressBar.Device(
            write: { TerminalDevice.write($0, to: descriptor) },
            columns: { TerminalDevice.size(of: descriptor).columns },
            isReady: {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                return unsafe poll(&waiting, 1, 0) == 1
            })
    }
}
