import Synchronization
import Terminal

/// How far a long piece of work has come, on a line of a person's screen that it keeps to itself; nothing where nobody
/// looks.
final class ProgressLine: Sendable {
    private let label: String
    private let isShown: Bool
    private let percent = Mutex<Int?>(nil)

    init(_ label: String, notices: Notices) {
        self.label = label
        isShown = !notices.isQuiet && TerminalDevice.isTerminal(Notices.descriptor)
    }

    /// - Parameter fraction: From 0 to 1.
    func show(_ fraction: Double) {
        guard isShown else { return }
        let now = Int(fraction * 100)
        percent.withLock { percent in
            guard percent != now else { return }
            percent = now
            _ = TerminalDevice.write("\rparley: \(label) \(now) %", to: Notices.descriptor)
        }
    }

    /// Takes the line off the screen.
    func end() {
        percent.withLock { percent in
            guard percent != nil else { return }
            percent = nil
            _ = TerminalDevice.write("\r\u{1B}[K", to: Notices.descriptor)
        }
    }
}
