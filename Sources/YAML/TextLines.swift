/// Bytes seen as lines, which end with LF, CR LF or CR.
struct TextLines {
    let bytes: [UInt8]
    /// Behind the byte order mark, if there is one.
    let start: Int

    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// What ends the lines here, by the first of them.
    var lineEnd: String {
        guard let first = bytes.firstIndex(where: Self.endsLine) else { return "\n" }
        if bytes[first] == Self.lineFeed { return "\n" }
        return bytes.indices.contains(first + 1) && bytes[first + 1] == Self.lineFeed ? "\r\n" : "\r"
    }

    static func endsLine(_ byte: UInt8) -> Bool { byte == lineFeed || byte == carriageReturn }
    static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    /// Where the line begins in which this byte is.
    func lineStart(of offset: Int) -> Int {
        bytes[start..<offset].lastIndex(where: Self.endsLine).map { $0 + 1 } ?? start
    }

    /// Where the line's text ends.
    func textEnd(of offset: Int) -> Int {
        bytes[offset...].firstIndex(where: Self.endsLine) ?? bytes.count
    }

    /// Where the next line begins; the end of the bytes where there is none.
    func nextLine(after offset: Int) -> Int {
        let end = textEnd(of: offset)
        guard end < bytes.count else { return end }
        let isPair = bytes[end] == Self.carriageReturn && end + 1 < bytes.count && bytes[end + 1] == Self.lineFeed
        return end + (isPair ? 2 : 1)
    }

    /// Where the first byte is that is no space or tab.
    func skippingBlanks(from offset: Int) -> Int {
        bytes[offset...].firstIndex { !Self.isBlank($0) } ?? bytes.count
    }

    /// Where the first byte is that is neither white space nor in a comment.
    func skippingGap(from offset: Int) -> Int {
        var offset = offset
        while offset < bytes.count {
            if bytes[offset] == UInt8(ascii: "#") {
                offset = textEnd(of: offset)
            } else if Self.isBlank(bytes[offset]) || Self.endsLine(bytes[offset]) {
                offset += 1
            } else {
                break
            }
        }
        return offset
    }

    /// Behind the comments that belong to what ends in the line before: those whose `#` stands in `column` or to its
    /// right, counted from 1.
    ///
    /// - Parameter overBlankLines: Also those that blank lines set off.
    func skippingComments(from lineStart: Int, column: Int, overBlankLines: Bool) -> Int {
        var end = lineStart
        var line = lineStart
        while line < bytes.count {
            let first = skippingBlanks(from: line)
            let isEmpty = first == bytes.count || Self.endsLine(bytes[first])
            if isEmpty && !overBlankLines { break }
            if !isEmpty {
                guard bytes[first] == UInt8(ascii: "#"), first - line + 1 >= column else { break }
                end = nextLine(after: first)
            }
            line = nextLine(after: line)
        }
        return end
    }

    func contains(_ character: Unicode.Scalar, in range: Range<Int>) -> Bool {
        bytes[range].contains(UInt8(ascii: character))
    }
}
