import Conversations
import Terminal
import Transcripts

/// A snippet as a person reads it: on one line, harmless, what was found in it marked, and no wider than there is room.
struct SnippetLine {
    /// A character as it is shown, which is never cut, nor parted by a colour.
    private struct Cell {
        var text: String
        var columns: Int
        var isMarked: Bool
    }

    private var cells: [Cell] = []
    /// The columns of an `…` on either side.
    private static let ellipses = 2

    init(_ snippet: Snippet) {
        let snippet = snippet.withEllipses
        var offset = 0
        for character in snippet.text {
            let end = offset + character.utf8.count
            let isMarked = snippet.marks.contains { $0.overlaps(offset..<end) }
            // A control becomes several characters.
            for shown in ControlCharacterFilter.visibleLine(String(character)) {
                cells.append(
                    Cell(text: String(shown), columns: DisplayWidth.columns(of: shown), isMarked: isMarked))
            }
            offset = end
        }
    }

    /// - Parameter width: nil for all of it.
    func text(style: Style, width: Int?) -> String {
        guard let width, cells.reduce(0, { $0 + $1.columns }) > width else {
            return Self.text(cells[...], style: style)
        }
        guard width > Self.ellipses else { return width > 0 ? "…" : "" }
        let shown = window(ofColumns: width)
        return (shown.lowerBound > 0 ? "…" : "") + Self.text(cells[shown], style: style)
            + (shown.upperBound < cells.count ? "…" : "")
    }

    /// What fits with an `…` on either side: the first mark, whole where there is room, and as much before it as after it.
    private func window(ofColumns width: Int) -> Range<Int> {
        let room = width - Self.ellipses
        let mark = cells.firstIndex(where: \.isMarked) ?? 0
        var shown = mark..<mark
        var columns = 0
        func growBefore(to limit: Int) {
            while let cell = shown.lowerBound > 0 ? cells[shown.lowerBound - 1] : nil, columns + cell.columns <= limit {
                shown = shown.lowerBound - 1..<shown.upperBound
                columns += cell.columns
            }
        }
        let marked = cells[mark...].prefix(while: \.isMarked).reduce(0) { $0 + $1.columns }
        growBefore(to: min(room / 2, room - marked))
        while let cell = shown.upperBound < cells.count ? cells[shown.upperBound] : nil, columns + cell.columns <= room
        {
            shown = shown.lowerBound..<shown.upperBound + 1
            columns += cell.columns
        }
        growBefore(to: room)
        return shown
    }

    private static func text(_ cells: ArraySlice<Cell>, style: Style) -> String {
        var text = ""
        var rest = cells
        while let first = rest.first {
            let run = rest.prefix { $0.isMarked == first.isMarked }
            let piece = run.map(\.text).joined()
            text += first.isMarked ? style.bold(style.colour(piece, .yellow)) : piece
            rest = rest[run.endIndex...]
        }
        return text
    }
}
