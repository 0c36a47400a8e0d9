import Conversations
import Synchronization
import Terminal

/// Shows a reply as it comes, or when it has come.
final class ReplyPrinter: Sendable {
    enum Mode: Sendable {
        /// Pieces, as they come.
        case streaming
        /// The text as a whole.
        case whole
        /// The exchange as one JSON object.
        case json
    }

    private struct State {
        var filter = ControlCharacterFilter()
        var shown = ""
        var hasShownText = false
    }

    private let mode: Mode
    /// What stands before the reply, once there is one.
    private let heading: String
    /// A person looks at it: what could harm the terminal is made visible.
    private let isForScreen: Bool
    private let state = Mutex(State())

    init(mode: Mode, heading: String = "", isForScreen: Bool) {
        self.mode = mode
        self.heading = heading
        self.isForScreen = isForScreen
    }

    /// Shows a piece of a streaming reply.
    func show(_ piece: String) throws {
        guard mode == .streaming else { return }
        let text = state.withLock { state -> String in
            let start = state.hasShownText ? "" : heading
            state.hasShownText = true
            state.shown += piece
            return start + (isForScreen ? state.filter.filter(piece) : piece)
        }
        try StandardOutput.write(text)
    }

    /// Shows what is left to show of an exchange that has ended.
    func finish(_ exchange: Exchange) throws {
        switch mode {
        case .streaming:
            let rest = state.withLock { $0.filter.finish() }
            let shown = state.withLock(\.shown)
            // What the provider gave as its whole text counts, where it differs from the pieces.
            let replaced = exchange.reply.content != shown ? "\n" + visible(exchange.reply.content) : ""
            if !shown.isEmpty || !exchange.reply.content.isEmpty { try StandardOutput.write(rest + replaced + "\n") }
        case .whole:
            guard !exchange.reply.content.isEmpty else { return }
            try StandardOutput.write(heading + visible(exchange.reply.content) + "\n")
        case .json:
            try StandardOutput.write(exchange.json)
        }
    }

    private func visible(_ text: String) -> String {
        isForScreen ? ControlCharacterFilter.visible(text) : text
    }
}
