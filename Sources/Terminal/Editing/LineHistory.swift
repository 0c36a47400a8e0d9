/// The lines written before, and a walk through them.
///
/// The line being written stands behind the last entry. Whatever is left on a walk, changed or not, is found again
/// there until a line is added.
struct LineHistory {
    private(set) var lines: [String]
    private var position: Int
    private var changed: [Int: String] = [:]

    init(_ lines: [String]) {
        self.lines = lines
        position = lines.count
    }

    /// Keeps a line, unless it is blank or the same as the last, and ends the walk.
    mutating func add(_ line: String) {
        if !line.allSatisfy(\.isWhitespace), line != lines.last { lines.append(line) }
        endWalk()
    }

    mutating func endWalk() {
        changed = [:]
        position = lines.count
    }

    /// Goes to the line before, leaving `text` here; nil when there is none.
    mutating func previous(leaving text: String) -> String? { go(to: position - 1, leaving: text) }

    /// Goes to the line behind, leaving `text` here; nil when there is none.
    mutating func next(leaving text: String) -> String? { go(to: position + 1, leaving: text) }

    private mutating func go(to target: Int, leaving text: String) -> String? {
        guard (0...lines.count).contains(target) else { return nil }
        changed[position] = text
        position = target
        return changed[target] ?? lines[target]
    }
}
