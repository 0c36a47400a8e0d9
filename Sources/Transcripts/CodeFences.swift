/// Tells which lines of a text are code between fences, as CommonMark has them: ``` or ~~~, also within lists.
/// <https://spec.commonmark.org/0.31.2/#fenced-code-blocks>
///
/// Lines are told one after the other. Of lists only the indentation is known, and of quotations nothing: a fence in one
/// ends with it, and cannot swallow what follows.
struct CodeFences {
    enum Line: Equatable {
        case text
        /// Opens a block of code; its lines have this much indentation taken off.
        case opening
        case code
        /// Ends the block.
        case closing
        /// The block has ended before this line, with its list; the line itself is text, or opens another.
        case textAfterList, openingAfterList
    }

    /// The fence that is open.
    private(set) var open: Fence?
    /// How far in the contents of the lists stand that are open, the outermost first.
    private var lists: [Int] = []

    struct Fence: Equatable {
        var character: UInt8
        var length: Int
        /// How many blanks stand before it.
        var indentation: Int
        /// How far in its list's contents are; 0 outside of lists.
        var listIndentation: Int
        /// Where its info string begins, as an index of the text.
        var info: Int
    }

    /// What ends the open block, so that nothing behind it is taken for code.
    var closingLine: [UInt8]? {
        guard let open else { return nil }
        return Array(repeating: UInt8(ascii: " "), count: open.indentation)
            + Array(repeating: open.character, count: open.length)
    }

    /// Takes the next line.
    ///
    /// - Parameter line: Where it is in the text, without its line end.
    mutating func receive(_ text: borrowing Span<UInt8>, _ line: Range<Int>) -> Line {
        var start = line.lowerBound
        while start < line.upperBound, text[start] == UInt8(ascii: " ") { start += 1 }
        let indentation = start - line.lowerBound
        let isBlank = start == line.upperBound || text[start] == UInt8(ascii: "\r") || text[start] == UInt8(ascii: "\t")
        if let fence = open {
            if isBlank || indentation >= fence.listIndentation {
                guard closes(fence, text, start..<line.upperBound, indentation) else { return .code }
                open = nil
                return .closing
            }
            open = nil
            return opens(text, start..<line.upperBound, indentation) ? .openingAfterList : .textAfterList
        }
        guard !isBlank else { return .text }
        return opens(text, start..<line.upperBound, indentation) ? .opening : .text
    }

    private func closes(
        _ fence: Fence, _ text: borrowing Span<UInt8>, _ rest: Range<Int>, _ indentation: Int
    ) -> Bool {
        guard indentation < fence.listIndentation + 4 else { return false }
        var end = rest.lowerBound
        while end < rest.upperBound, text[end] == fence.character { end += 1 }
        guard end - rest.lowerBound >= fence.length else { return false }
        while end < rest.upperBound {
            guard text[end] == UInt8(ascii: " ") || text[end] == UInt8(ascii: "\t") || text[end] == UInt8(ascii: "\r")
            else { return false }
            end += 1
        }
        return true
    }

    /// Notes the fence that opens here, or behind the markers of lists.
    private mutating func opens(_ text: borrowing Span<UInt8>, _ line: Range<Int>, _ blanks: Int) -> Bool {
        var indentation = blanks
        var rest = line
        while let list = lists.last, indentation < list { lists.removeLast() }
        while true {
            guard rest.lowerBound < rest.upperBound else { return false }
            let inner = lists.last ?? 0
            guard indentation - inner < 4 else { return false }
            let first = text[rest.lowerBound]
            if first == UInt8(ascii: "`") || first == UInt8(ascii: "~") {
                return opensFence(text, rest, indentation, inner)
            }
            guard let width = Self.markerWidth(text, rest) else { return false }
            indentation += width
            rest = rest.lowerBound + width..<rest.upperBound
            lists.append(indentation)
        }
    }

    private mutating func opensFence(
        _ text: borrowing Span<UInt8>, _ rest: Range<Int>, _ indentation: Int, _ inner: Int
    ) -> Bool {
        let first = text[rest.lowerBound]
        var end = rest.lowerBound
        while end < rest.upperBound, text[end] == first { end += 1 }
        let length = end - rest.lowerBound
        guard length >= 3 else { return false }
        if first == UInt8(ascii: "`") {
            // An inline code of three marks is no fence.
            for index in end..<rest.upperBound where text[index] == first { return false }
        }
        open = Fence(
            character: first, length: length, indentation: indentation, listIndentation: inner, info: end)
        return true
    }

    /// How wide a list's marker is, `- ` or `12. `, with the blanks behind it; nil where there is none.
    private static func markerWidth(_ text: borrowing Span<UInt8>, _ rest: Range<Int>) -> Int? {
        var end = rest.lowerBound
        switch text[end] {
        case UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "+"): end += 1
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            while end < rest.upperBound, text[end].isDigit, end - rest.lowerBound < 9 { end += 1 }
            guard end < rest.upperBound, text[end] == UInt8(ascii: ".") || text[end] == UInt8(ascii: ")") else {
                return nil
            }
            end += 1
        default: return nil
        }
        let marker = end
        while end < rest.upperBound, text[end] == UInt8(ascii: " "), end - marker < 5 { end += 1 }
        guard end > marker else { return nil }
        // Five blanks or more are one, and then indented code.
        return (end - marker == 5 ? marker + 1 : end) - rest.lowerBound
    }
}
