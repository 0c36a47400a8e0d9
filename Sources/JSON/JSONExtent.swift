/// Finds where a value ends in bytes that come piece by piece, by its quotation marks and brackets alone: whether it makes
/// sense is for a reader to say.
package struct JSONExtent: Sendable {
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    private var hasBegun = false

    package init() {}

    /// Looks on from an index of the slice; what lies before it has been looked at.
    ///
    /// - Parameter start: Of the first piece, the value's first byte.
    /// - Returns: the index behind the value; nil where it goes on behind these bytes. The next look begins where they end.
    package mutating func end(in bytes: ArraySlice<UInt8>, from start: Int) -> Int? {
        unsafe bytes.withUnsafeBytes { raw in
            unsafe end(in: raw, from: start - bytes.startIndex).map { $0 + bytes.startIndex }
        }
    }

    private mutating func end(in raw: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var index = start
        while index < raw.count {
            if isInString {
                guard unsafe skipString(raw, from: &index) else { return nil }
                if depth == 0 { return index }
                continue
            }
            switch unsafe raw[index] {
            case UInt8(ascii: "\""):
                // Behind a word or a number without anything between: no sense to be made of it.
                if depth == 0 && hasBegun { return index }
                isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                if depth == 0 && hasBegun { return index }
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                // A number or a word has no end of its own.
                if depth == 0 { return index }
                depth -= 1
                if depth == 0 { return index + 1 }
            case UInt8(ascii: ","), UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                if depth == 0 { return index }
            default: break
            }
            hasBegun = true
            index += 1
        }
        return nil
    }

    /// Goes on in a string, and behind it where it ends within these bytes.
    private mutating func skipString(_ raw: UnsafeRawBufferPointer, from index: inout Int) -> Bool {
        while index < raw.count {
            if isEscaped {
                isEscaped = false
                index += 1
                continue
            }
            index = unsafe JSONStringScan.firstSpecialByte(of: raw, from: index)
            guard index < raw.count else { return false }
            let byte = unsafe raw[index]
            index += 1
            if byte == UInt8(ascii: "\"") {
                isInString = false
                return true
            }
            isEscaped = byte == UInt8(ascii: "\\")
        }
        return false
    }
}
