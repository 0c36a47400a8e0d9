import Conversations
import JSON
import Synchronization
import Terminal
import Transcripts

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
    /// What stands before the reply of a provider, once there is one.
    private let heading: @Sendable (String) -> String
    /// A person looks at it: what could harm the terminal is made visible.
    private let isForScreen: Bool
    private let state = Mutex(State())

    init(mode: Mode, heading: @escaping @Sendable (String) -> String = { _ in "" }, isForScreen: Bool) {
        self.mode = mode
        self.heading = heading
        self.isForScreen = isForScreen
    }

    /// Shows a piece of a streaming reply.
    ///
    /// - Parameter provider: Who says it.
    func show(_ piece: String, from provider: String) throws {
        guard mode == .streaming else { return }
        let text = state.withLock { state -> String in
            let start = state.hasShownText ? "" : heading(provider)
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
            let whole = exchange.reply.content
            guard !shown.isEmpty || !whole.isEmpty else { return }
            // What the provider gave as its whole text counts, where it differs from the pieces by more than the white
            // space around it.
            let isReplaced = !shown.utf8.trimmed.elementsEqual(whole.utf8.trimmed)
            let start = shown.isEmpty ? heading(exchange.reply.provider ?? "") : "\n"
            try StandardOutput.write(rest + (isReplaced ? start + visible(whole) : "") + "\n")
        case .whole:
            guard !exchange.reply.content.isEmpty else { return }
            let start = heading(exchange.reply.provider ?? "")
            try StandardOutput.write(start + visible(exchange.reply.content) + "\n")
        case .json:
            try StandardOutput.write(JSONWriter.line { $0.exchange(exchange) })
        }
    }

    private func visible(_ text: String) -> String {
        isForScreen ? ControlCharacterFilter.visible(text) : text
    }
}

extension String.UTF8View {
    /// Without the spaces, tabs and line ends around it.
    fileprivate var trimmed: Substring.UTF8View {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
        let start = self[...].drop(while: isSpace)
        let end = start.lastIndex { !isSpace($0) }.map { start.index(after: $0) } ?? start.startIndex
        return start[start.startIndex..<end]
    }
}
