import Synchronization

/// Asks the user for lines, one a call.
///
/// `readLine` blocks its thread, which should be one of its own. The terminal is raw only while it reads; what was
/// typed ahead is kept for the next call.
package final class LinePrompt: Sendable {
    package enum Outcome: Equatable, Sendable {
        case line(String)
        case interrupted  // Ctrl-C with nothing written
        case endOfInput  // Ctrl-D with nothing written, or the terminal is gone
    }

    private struct State {
        var editor: LineEditor
        var pending: ArraySlice<UInt8> = []
    }

    private let input: Int32
    private let output: Int32
    private let isDumb: Bool
    private let suspend: @Sendable () -> Void
    private let keys: TerminalMode
    private let state: Mutex<State>  // held for the whole of a reading

    /// - Parameters:
    ///   - input: read from; edited on when it is a terminal, or else read line by line.
    ///   - output: the terminal that is drawn on, and asked for its size.
    ///   - history: lines of earlier days, oldest first.
    ///   - terminalType: `TERM`; on a dumb or unnamed terminal nothing is edited or drawn.
    ///   - suspend: stops the process for Ctrl-Z and returns when it goes on.
    package init(
        input: Int32, output: Int32, history: [String],
        terminalType: String? = TerminalDevice.type,
        suspend: @escaping @Sendable () -> Void = { TerminalDevice.suspendProcessGroup() }
    ) {
        self.input = input
        self.output = output
        self.suspend = suspend
        isDumb = TerminalType.isDumb(terminalType)
        keys = TerminalMode(.keys, input: input, output: output)
        state = Mutex(State(editor: LineEditor(history: history)))
    }

    /// The lines that can be recalled, oldest first; waits for a reading to end.
    package var history: [String] { state.withLock { $0.editor.history } }

    /// Shows the prompt at the start of a row and waits for a line.
    ///
    /// - Parameter promptColumns: the columns the prompt takes, without the colours in it.
    package func readLine(prompt: String, promptColumns: Int) -> Outcome {
        state.withLock { state in
            guard !isDumb, keys.enter() else { return readPlainLine(prompt: prompt, &state) }
            defer { keys.restore() }
            var drawing = LineDrawing(prompt: prompt, promptColumns: promptColumns, output: output)
            return edit(&drawing, &state)
        }
    }

    /// Makes the terminal what it was, though a line is being read; for a thread that is about to end the program.
    package func restoreTerminal() { keys.restore() }

    private func edit(_ drawing: inout LineDrawing, _ state: inout State) -> Outcome {
        var isDrawn = false
        while true {
            if let byte = state.pending.popFirst() {
                for action in state.editor.receive(CollectionOfOne(byte)) {
                    if let outcome = perform(action, &drawing, state.editor) { return outcome }
                }
                isDrawn = false
                continue
            }
            if !isDrawn { drawing.draw(state.editor) }
            isDrawn = true
            switch TerminalDevice.read(input) {
            case .bytes(let bytes): state.pending = bytes[...]
            case .interrupted: isDrawn = false
            case .ended: return .endOfInput
            }
        }
    }

    /// - Returns: how the reading ends, nil when it goes on and the line is to be drawn again.
    private func perform(_ action: LineEditor.Action, _ drawing: inout LineDrawing, _ editor: LineEditor) -> Outcome? {
        switch action {
        case .redraw, .cleared:
            return nil
        case .bell:
            drawing.ring()
            return nil
        case .clearScreen:
            drawing.clearScreen()
            return nil
        case .suspend:
            drawing.finish(editor.text)
            keys.restore()
            suspend()
            return keys.enter() ? nil : .endOfInput
        case .submit(let line):
            drawing.finish(line)
            return .line(line)
        case .interrupt:
            drawing.finish("")
            return .interrupted
        case .endOfInput:
            drawing.finish("")
            return .endOfInput
        }
    }
}

// Without a terminal that can be drawn on.
extension LinePrompt {
    private func readPlainLine(prompt: String, _ state: inout State) -> Outcome {
        TerminalDevice.write(prompt, to: output)
        while true {
            if let end = state.pending.firstIndex(of: UInt8(ascii: "\n")) {
                let line = state.pending[..<end]
                state.pending = state.pending[(end + 1)...]
                return .line(Self.text(line))
            }
            switch TerminalDevice.read(input) {
            case .bytes(let bytes): state.pending += bytes
            case .interrupted: break
            case .ended: return lastLine(&state)
            }
        }
    }

    /// What stands before the end without a newline is a line too.
    private func lastLine(_ state: inout State) -> Outcome {
        defer { state.pending = [] }
        return state.pending.isEmpty ? .endOfInput : .line(Self.text(state.pending))
    }

    private static func text(_ line: ArraySlice<UInt8>) -> String {
        String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
    }
}
