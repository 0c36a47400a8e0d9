import Terminal

/// What has no room on its line, below it: parts with commas between them, in as many lines as they take.
struct LinesBelow {
    let parts: [String]
    let style: Style
    /// The terminal's; nil where there is none, and everything has room.
    let width: Int?

    static func indent(_ width: Int) -> String { width < 20 ? "" : "    " }

    var text: String {
        guard let width else { return "" }
        let indent = Self.indent(width)
        let room = width - indent.count
        var lines: [String] = []
        for part in parts {
            let joined = lines.last.map { $0 + ", " + part }
            if let joined, DisplayWidth.columns(of: joined) <= room {
                lines[lines.count - 1] = joined
            } else {
                lines.append(DisplayWidth.truncated(part, toColumns: room))
            }
        }
        return lines.map { indent + style.dim($0) + "\n" }.joined()
    }
}
