/// The lines of a Markdown file, one after the other, in memory for the longest of them.
struct MarkdownLines {
    private var window: ByteWindow
    /// Which line is next, from 1 on.
    private(set) var number = 1
    /// An editor or a checkout has given all lines CR LF: told by the first.
    private var hasReturns: Bool?
    /// How many bytes the next line has with its end, and without.
    private var next: (whole: Int, content: Int)?

    var bytesRead: Int { window.offset }

    init(_ window: ByteWindow) {
        self.window = window
    }

    /// The next line, without its end; nil at the end of the file. It is the same until it is passed.
    mutating func line() throws -> ArraySlice<UInt8>? {
        if next == nil { next = try measure() }
        guard let next else { return nil }
        return window.bytes.prefix(next.content)
    }

    mutating func pass() {
        guard let next else { return }
        window.drop(next.whole)
        number += 1
        self.next = nil
    }

    private mutating func measure() throws -> (whole: Int, content: Int)? {
        var searched = 0
        while true {
            if let end = Self.lineFeed(in: window.bytes, from: searched) {
                return (end + 1, content(endingAt: end))
            }
            searched = window.count
            guard try !window.extend() else { continue }
            return searched == 0 ? nil : (searched, content(endingAt: searched))
        }
    }

    private mutating func content(endingAt end: Int) -> Int {
        let bytes = window.bytes
        let endsInReturn = end > 0 && bytes[bytes.startIndex + end - 1] == UInt8(ascii: "\r")
        if hasReturns == nil { hasReturns = endsInReturn }
        return endsInReturn && hasReturns == true ? end - 1 : end
    }

    private static func lineFeed(in bytes: ArraySlice<UInt8>, from start: Int) -> Int? {
        let text = bytes.span
        let end = text.endOfLine(from: start)
        return end < text.count ? end : nil
    }
}
