/// One edit line on the screen, drawn over what was drawn of it before.
struct LineDrawing {
    let prompt: String
    let promptColumns: Int
    let output: Int32

    /// The line as it was drawn last, kept whole: when the window has got narrower meanwhile, the terminal has wrapped
    /// the old drawing anew, and so do we to know how far up it began.
    private var drawn: LineEditor?

    init(prompt: String, promptColumns: Int, output: Int32) {
        self.prompt = prompt
        self.promptColumns = promptColumns
        self.output = output
    }

    mutating func draw(_ editor: LineEditor) {
        let size = TerminalDevice.size(of: output)
        write(rendering(editor, size).output(over: drawn.map { rendering($0, size) }))
        drawn = editor
    }

    /// Leaves the whole line on the screen, and the cursor on the next row.
    mutating func finish(_ line: String) {
        let size = TerminalDevice.size(of: output)
        let erasing = drawn.map { rendering($0, size).erasing } ?? ""
        write(
            erasing
                + LineEditor.finished(line, prompt: prompt, promptColumns: promptColumns, columns: size.columns))
        drawn = nil
    }

    mutating func clearScreen() {
        write("\u{1B}[H\u{1B}[2J")
        drawn = nil
    }

    func ring() { write("\u{7}") }

    private func write(_ text: String) { TerminalDevice.write(text, to: output) }

    private func rendering(_ editor: LineEditor, _ size: TerminalDevice.Size) -> Rendering {
        editor.rendering(
            prompt: prompt, promptColumns: promptColumns, columns: size.columns, rows: size.rows)
    }
}
