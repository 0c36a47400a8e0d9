/// What one line of an event stream says.
enum EventStreamField: Equatable {
    case blank
    case data(Range<Int>)
    case event(Range<Int>)
    /// A comment, or a field that says nothing to us: `id`, `retry`.
    case ignored
    /// No field: something that others printed into the stream.
    case noise

    /// Reads the line that is at `line` in `bytes`, without its end; the ranges of values are in `bytes` too.
    ///
    /// Text in front of `data:` on the same line is noise that ate the line's beginning: such a line counts as data if
    /// an object follows, which is what all providers send.
    init(_ line: Range<Int>, of bytes: [UInt8]) {
        if line.isEmpty {
            self = .blank
        } else if Self.isData(at: line.lowerBound, before: line.upperBound, of: bytes) {
            self = .data(Self.value(after: line.lowerBound + 4, before: line.upperBound, of: bytes))
        } else {
            // No name of a field is longer than five letters.
            let nameEnd = line.prefix(6).first { bytes[$0] == UInt8(ascii: ":") } ?? line.upperBound
            switch String(decoding: bytes[line.lowerBound..<min(nameEnd, line.lowerBound + 6)], as: UTF8.self) {
            case "", "id", "retry": self = .ignored
            case "event": self = .event(Self.value(after: nameEnd, before: line.upperBound, of: bytes))
            case "data": self = .data(line.upperBound..<line.upperBound)
            default: self = Self.object(in: line, of: bytes).map { .data($0) } ?? .noise
            }
        }
    }

    /// Whether `data:` stands there.
    private static func isData(at index: Int, before end: Int, of bytes: [UInt8]) -> Bool {
        index + 5 <= end && bytes[index] == UInt8(ascii: "d") && bytes[index + 1] == UInt8(ascii: "a")
            && bytes[index + 2] == UInt8(ascii: "t") && bytes[index + 3] == UInt8(ascii: "a")
            && bytes[index + 4] == UInt8(ascii: ":")
    }

    /// What follows a colon and the one space that may be behind it.
    private static func value(after colon: Int, before end: Int, of bytes: [UInt8]) -> Range<Int> {
        let start = min(colon + 1, end)
        return start < end && bytes[start] == UInt8(ascii: " ") ? start + 1..<end : start..<end
    }

    private static func object(in line: Range<Int>, of bytes: [UInt8]) -> Range<Int>? {
        var index = line.lowerBound
        while let brace = bytes[index..<line.upperBound].firstIndex(of: UInt8(ascii: "{")) {
            // Its colon stands right in front, or has a space between.
            let colon = brace - (brace > line.lowerBound && bytes[brace - 1] == UInt8(ascii: " ") ? 2 : 1)
            if colon - 4 >= line.lowerBound, isData(at: colon - 4, before: brace, of: bytes) {
                return brace..<line.upperBound
            }
            index = brace + 1
        }
        return nil
    }
}
