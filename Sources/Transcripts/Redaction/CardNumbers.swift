/// Groups of digits with blanks, dashes or dots between them, and which of them are the numbers of payment cards: a card's
/// number may stand beside a date, a check code or another card's.
struct CardNumbers {
    /// Behind the last digit of the last group.
    private(set) var end: Int
    /// Where the numbers are, first to last; none overlaps another.
    private(set) var ranges: [Range<Int>] = []
    /// The last groups, as many as a number has at most.
    private var groups: [Group] = []

    private struct Group {
        var range: Range<Int>
        /// What stands before it; nil at the first group.
        var separator: Separator?
        /// Whether it hangs by dashes or dots together with letters: `order-17-2026`.
        var isPartOfName: Bool
    }

    private enum Separator { case blank, dash, dot }

    /// How many digits the groups of a printed number have.
    private static let shapes: [[Int]] = [[4, 4, 4, 4], [4, 4, 4, 4, 3], [4, 6, 5], [4, 6, 4], [4, 4, 5]]

    /// - Parameter start: Where the first digit is, at the beginning of a word.
    init(in text: [UInt8], at start: Int) {
        end = start
        guard Self.hasEnoughDigits(text, at: start, end: &end) else { return }
        var first = start
        var separator: Separator?
        var isPartOfName = false
        while first < end {
            if separator == nil || separator == .blank { isPartOfName = Self.isPartOfName(text, at: first) }
            var last = first
            while last < end, text[last].isDigit { last += 1 }
            groups.append(Group(range: first..<last, separator: separator, isPartOfName: isPartOfName))
            if groups.count > 5 { groups.removeFirst() }
            lookForNumbers(in: text)
            guard let next = Self.separator(text, at: last) else { break }
            separator = next.separator
            first = next.end
        }
    }

    /// Goes to the end of the groups. Most are a number in a sentence, and then there is nothing more to do.
    private static func hasEnoughDigits(_ text: [UInt8], at start: Int, end: inout Int) -> Bool {
        var count = 0
        var index = start
        while true {
            while index < text.count, text[index].isDigit {
                count += 1
                index += 1
            }
            end = index
            guard let next = separator(text, at: index) else { return count >= 13 }
            index = next.end
        }
    }

    /// What stands between two groups: a blank or two (one may be U+00A0), a dash, or a dot.
    private static func separator(_ text: [UInt8], at start: Int) -> (separator: Separator, end: Int)? {
        guard start < text.count else { return nil }
        var end = start + 1
        let separator: Separator
        switch text[start] {
        case UInt8(ascii: "-"): separator = .dash
        case UInt8(ascii: "."): separator = .dot
        case UInt8(ascii: " "), 0xC2:
            separator = .blank
            end = start
            for _ in 0..<2 { end += blankCount(text, at: end) }
        default: return nil
        }
        guard end > start, end < text.count, text[end].isDigit else { return nil }
        return (separator, end)
    }

    /// The bytes of the blank that stands here; 0 for none.
    private static func blankCount(_ text: [UInt8], at index: Int) -> Int {
        guard index < text.count else { return 0 }
        if text[index] == UInt8(ascii: " ") { return 1 }
        return text[index] == 0xC2 && index + 1 < text.count && text[index + 1] == 0xA0 ? 2 : 0
    }

    /// Whether the groups that begin here, with dashes and dots between them, have letters at one of their ends, are part of
    /// a path, or begin as a telephone number does.
    private static func isPartOfName(_ text: [UInt8], at start: Int) -> Bool {
        if start > 0 {
            switch text[start - 1] {
            case UInt8(ascii: "-"), UInt8(ascii: "/"): if start > 1, text[start - 2].isLetterOrDigit { return true }
            case UInt8(ascii: "+"), UInt8(ascii: "#"): return true
            default: break
            }
        }
        var end = start
        while end < text.count {
            if text[end].isDigit {
                end += 1
            } else if let next = separator(text, at: end), next.separator != .blank {
                end = next.end
            } else {
                break
            }
        }
        guard end < text.count else { return false }
        let isJoint = text[end] == UInt8(ascii: "-") || text[end] == UInt8(ascii: ".")
        return text[end].isLetter || isJoint && end + 1 < text.count && text[end + 1].isLetter
    }

    /// Looks at the numbers that end with the last group.
    private mutating func lookForNumbers(in text: [UInt8]) {
        for count in 1...groups.count {
            let number = groups.suffix(count)
            guard Self.isShapedAsCard(number), Self.isAlone(number, in: text),
                let first = number.first, let last = number.last
            else { continue }
            var range = first.range.lowerBound..<last.range.upperBound
            guard Self.isCard(text[range]) else { continue }
            // Which of two that overlap is the card, nothing tells.
            while let before = ranges.last, before.upperBound > range.lowerBound {
                range = min(before.lowerBound, range.lowerBound)..<range.upperBound
                ranges.removeLast()
            }
            ranges.append(range)
        }
    }

    private static func isShapedAsCard(_ number: ArraySlice<Group>) -> Bool {
        if number.count == 1 { return number.allSatisfy { (13...19).contains($0.range.count) } }
        guard shapes.contains(where: { $0.elementsEqual(number.lazy.map(\.range.count)) }) else { return false }
        let separator = number.last?.separator
        return number.dropFirst().allSatisfy { $0.separator == separator }
    }

    /// No part of an id, a path or a fraction. What has blanks within it is no id, whatever hangs on it.
    private static func isAlone(_ number: ArraySlice<Group>, in text: [UInt8]) -> Bool {
        guard let first = number.first, let last = number.last, first.separator != .dot else { return false }
        let hasBlanks = number.count > 1 && last.separator == .blank
        if !hasBlanks, first.isPartOfName { return false }
        let end = last.range.upperBound
        guard end < text.count else { return true }
        if text[end].isLetter || text[end] == UInt8(ascii: "_") { return false }
        return separator(text, at: end)?.separator != .dot
    }

    private static func isCard(_ number: ArraySlice<UInt8>) -> Bool {
        var digits: [UInt8] = []
        for byte in number where byte.isDigit { digits.append(byte - UInt8(ascii: "0")) }
        return hasNetwork(digits) && passesLuhn(digits)
    }

    /// Whether some network of cards gives numbers that begin so and are as long. A time in milliseconds begins with 1, and
    /// an ISBN with 9.
    private static func hasNetwork(_ digits: [UInt8]) -> Bool {
        switch digits[..<4].reduce(0, { $0 * 10 + Int($1) }) {
        case 2221...2720, 5100...5599: digits.count == 16
        case 2200...2204, 3500...3599: digits.count >= 16
        case 3400...3499, 3700...3799: digits.count == 15
        case 3000...3099, 3600...3699, 3800...3999: digits.count >= 14
        case 4000...4999: digits.count == 13 || digits.count == 16 || digits.count == 19
        case 5000...5099, 5600...5899, 6000...6999: true
        default: false
        }
    }

    /// <https://en.wikipedia.org/wiki/Luhn_algorithm>
    private static func passesLuhn(_ digits: [UInt8]) -> Bool {
        var sum = 0
        for (place, digit) in digits.reversed().enumerated() {
            let value = place % 2 == 0 ? Int(digit) : Int(digit) * 2
            sum += value > 9 ? value - 9 : value
        }
        return sum % 10 == 0
    }
}
