/// Where a string is in the bytes of a reader; only that reader, or a copy of it, can tell its text.
package struct JSONString: Equatable, Sendable {
    /// What is between the quotation marks.
    let range: Range<Int>
    let hasEscapes: Bool

    package var isEmpty: Bool { range.isEmpty }
}

extension JSONReader {
    /// The string's text. What is no UTF-8, and each half of a surrogate pair, is U+FFFD.
    package func text(of string: JSONString) -> String {
        guard string.hasEscapes else {
            return unsafe bytes[string.range].withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
        }
        return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: string.range.count) { text in
            let count = unsafe unescape(string, into: text)
            return unsafe String(decoding: text[..<count], as: UTF8.self)
        }
    }

    /// The string's text as bytes, which are as little UTF-8 as what was written: for JSON within JSON.
    package func contents(of string: JSONString) -> [UInt8] {
        guard string.hasEscapes else { return Array(bytes[string.range]) }
        return unsafe [UInt8](unsafeUninitializedCapacity: string.range.count) { text, count in
            count = unsafe unescape(string, into: text)
        }
    }

    /// Whether the string is this one, which is of ASCII.
    package func matches(_ string: JSONString, _ word: StaticString) -> Bool {
        guard !string.hasEscapes else { return text(of: string) == "\(word)" }
        guard string.range.count == word.utf8CodeUnitCount else { return false }
        for index in 0..<word.utf8CodeUnitCount {
            guard bytes[string.range.lowerBound + index] == (unsafe word.utf8Start[index]) else { return false }
        }
        return true
    }

    /// Writes the string's bytes, at most as many as its escapes are long, and gives how many they are.
    private func unescape(_ string: JSONString, into text: UnsafeMutableBufferPointer<UInt8>) -> Int {
        unsafe bytes[string.range].withUnsafeBufferPointer { raw in
            var count = 0
            var index = 0
            while index < raw.count {
                // Up to the next escape, as it is.
                while index < raw.count, unsafe raw[index] != 0x5C {
                    unsafe text[count] = raw[index]
                    count += 1
                    index += 1
                }
                guard index < raw.count else { break }
                let scalar = unsafe JSONString.escapedScalar(in: raw, at: &index)
                unsafe JSONString.append(scalar, to: text, at: &count)
            }
            return count
        }
    }
}

extension JSONString {
    /// The scalar of the escape at `index`, or of two that are a surrogate pair; `index` is then behind it.
    ///
    /// The bytes are those of a well-formed string.
    fileprivate static func escapedScalar(in raw: UnsafeBufferPointer<UInt8>, at index: inout Int) -> Unicode.Scalar {
        let letter = unsafe raw[index + 1]
        index += 2
        switch letter {
        case UInt8(ascii: "u"): return unsafe scalar(in: raw, at: &index)
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        default: return Unicode.Scalar(letter)
        }
    }

    /// Writes the scalar's one to four bytes. <https://www.rfc-editor.org/rfc/rfc3629#section-3>
    fileprivate static func append(
        _ scalar: Unicode.Scalar, to text: UnsafeMutableBufferPointer<UInt8>, at count: inout Int
    ) {
        func append(_ bits: UInt32) {
            unsafe text[count] = UInt8(truncatingIfNeeded: bits)
            count += 1
        }
        let value = scalar.value
        switch value {
        case ..<0x80: append(value)
        case ..<0x800:
            append(0xC0 | value >> 6)
            append(0x80 | value & 0x3F)
        case ..<0x10000:
            append(0xE0 | value >> 12)
            append(0x80 | value >> 6 & 0x3F)
            append(0x80 | value & 0x3F)
        default:
            append(0xF0 | value >> 18)
            append(0x80 | value >> 12 & 0x3F)
            append(0x80 | value >> 6 & 0x3F)
            append(0x80 | value & 0x3F)
        }
    }

    private static func scalar(in raw: UnsafeBufferPointer<UInt8>, at index: inout Int) -> Unicode.Scalar {
        let first = unsafe unit(in: raw, at: index)
        index += 4
        guard 0xD800...0xDBFF ~= first, index + 6 <= raw.count,
            unsafe raw[index] == UInt8(ascii: "\\"), unsafe raw[index + 1] == UInt8(ascii: "u")
        else { return Unicode.Scalar(first) ?? "\u{FFFD}" }
        let second = unsafe unit(in: raw, at: index + 2)
        guard 0xDC00...0xDFFF ~= second else { return "\u{FFFD}" }
        index += 6
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
    }

    /// The number of four hexadecimal digits: the low half of a letter's code is its digit less 9.
    private static func unit(in raw: UnsafeBufferPointer<UInt8>, at index: Int) -> UInt32 {
        var unit: UInt32 = 0
        for index in index..<index + 4 {
            let digit = unsafe UInt32(raw[index])
            unit = unit << 4 | (digit & 0xF) + (digit >> 6) * 9
        }
        return unit
    }
}
