internal import Conversations

/// Cuts a snippet out of a text.
enum SnippetCutting {
    /// How many characters a snippet has at most.
    static let length = 160
    /// Finds that stand this near each other, in bytes, are shown together.
    private static let reach = 120
    /// How far around the finds the text is looked at, in bytes.
    private static let surroundings = 640
    /// How many characters are given up to cut between words.
    private static let slack = 16

    /// - Parameter matches: In the order in which they begin.
    static func snippet(of text: String, around matches: [TextMatch]) -> Snippet {
        let cluster = bestCluster(of: matches)
        let piece = TextPiece(of: text, around: cluster, surroundings: surroundings)
        let window = piece.window(around: cluster, length: length, slack: slack)
        return piece.snippet(of: window, marking: matches)
    }

    /// The place with the most different finds, and of several such the one with most finds, and then the first.
    private static func bestCluster(of matches: [TextMatch]) -> Range<Int> {
        var best = 0..<0
        var bestCount = (terms: 0, matches: 0)
        for (index, first) in matches.enumerated() {
            var terms: Set<Int> = []
            var count = 0
            var end = first.range.upperBound
            for match in matches[index...] {
                guard match.range.upperBound <= first.range.lowerBound + reach || count == 0 else { break }
                terms.insert(match.term)
                count += 1
                end = max(end, match.range.upperBound)
            }
            if (terms.count, count) > bestCount {
                bestCount = (terms.count, count)
                best = first.range.lowerBound..<end
            }
        }
        return best
    }
}

/// A part of a text by its characters.
private struct TextPiece {
    private struct Piece {
        var character: Character
        /// Where it is in the whole text, in bytes.
        var range: Range<Int>
        var isSpace: Bool { character.isWhitespace || character.isControl }
    }

    private var characters: [Piece] = []
    /// There is more of the text before the part, and after it.
    private let isCutBefore: Bool
    private let isCutAfter: Bool

    /// - Parameters:
    ///   - cluster: What has to be in it, where it is not too long.
    ///   - surroundings: How much of the text to take on both sides, in bytes.
    init(of text: String, around cluster: Range<Int>, surroundings: Int) {
        let utf8 = text.utf8
        var start = utf8.offset(ofScalarAtOrBefore: max(cluster.lowerBound - surroundings, 0))
        let end = utf8.offset(
            ofScalarAtOrBefore: min(cluster.lowerBound + max(cluster.count, 0) + surroundings, utf8.count))
        var part = text[utf8.index(utf8.startIndex, offsetBy: start)..<utf8.index(utf8.startIndex, offsetBy: end)]
        if start > 0 {
            // Behind a space a character begins for certain; otherwise the first may be the rest of one.
            let isBeforeCluster = {
                part.utf8.distance(from: part.utf8.startIndex, to: $0) + start < cluster.lowerBound
            }
            let space = part.firstIndex { $0 == " " || $0.isNewline }
            let first = space.flatMap { isBeforeCluster($0) ? $0 : nil } ?? part.startIndex
            if first < part.endIndex, isBeforeCluster(first) {
                let next = part.index(after: first)
                start += part.utf8.distance(from: part.utf8.startIndex, to: next)
                part = part[next...]
            }
        }
        isCutBefore = start > 0
        isCutAfter = end < utf8.count
        var offset = start
        for character in part {
            let length = character.utf8.count
            characters.append(Piece(character: character, range: offset..<offset + length))
            offset += length
        }
        // And the last may be the beginning of one.
        if isCutAfter, characters.count > 1, characters.last.map({ $0.range.lowerBound >= cluster.upperBound }) ?? false
        {
            characters.removeLast()
        }
    }

    /// Which characters to show.
    func window(around cluster: Range<Int>, length: Int, slack: Int) -> Range<Int> {
        let first = characters.firstIndex { $0.range.upperBound > cluster.lowerBound } ?? 0
        let end = (characters.lastIndex { $0.range.lowerBound < cluster.upperBound } ?? first - 1) + 1
        let spare = max(length - max(end - first, 0), 0)
        var lower = first - min(first, spare / 3)
        var upper = min(lower + length, characters.count)
        lower = max(min(lower, upper - length), 0)
        if lower > 0 || isCutBefore, lower < first, lower == 0 || !characters[lower - 1].isSpace {
            let next = characters[lower..<min(lower + slack, first)].firstIndex(where: \.isSpace)
            lower = next.map { $0 + 1 } ?? lower
        }
        if upper < characters.count || isCutAfter, upper > end, upper == characters.count || !characters[upper].isSpace
        {
            let last = characters[max(upper - slack, end)..<upper].lastIndex(where: \.isSpace)
            upper = last ?? upper
        }
        while lower < upper, lower < first || end == 0, characters[lower].isSpace { lower += 1 }
        while upper > lower, upper > end, characters[upper - 1].isSpace { upper -= 1 }
        return lower..<upper
    }

    func snippet(of window: Range<Int>, marking matches: [TextMatch]) -> Snippet {
        var text = ""
        var marks: [Range<Int>] = []
        let shown = characters[window].first.map {
            $0.range.lowerBound..<(characters[window].last ?? $0).range.upperBound
        }
        let matches = matches.filter { match in shown.map(match.range.overlaps) ?? false }
        for piece in characters[window] {
            let start = text.utf8.count
            text.append(piece.character.isControl ? " " : piece.character)
            guard matches.contains(where: { $0.range.overlaps(piece.range) }) else { continue }
            if marks.last?.upperBound == start {
                marks[marks.count - 1] = marks[marks.count - 1].lowerBound..<text.utf8.count
            } else {
                marks.append(start..<text.utf8.count)
            }
        }
        return Snippet(
            text: text, marks: marks,
            isCutBefore: isCutBefore || characters[..<window.lowerBound].contains { !$0.isSpace },
            isCutAfter: isCutAfter || characters[window.upperBound...].contains { !$0.isSpace })
    }
}

extension Character {
    /// It would end or upset a line.
    fileprivate var isControl: Bool {
        unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
    }
}
