// The bytes of JSON (RFC 8259), put where there is room for them: all that is unsafe about writing JSON.

extension [UInt8] {
    /// Adds what the body puts down.
    ///
    /// - Parameter room: The most bytes that it will put down, ``JSONCursor/slack`` not counted.
    @inline(__always)
    mutating func append(room: Int, _ body: (inout JSONCursor) -> Void) {
        append(addingCapacity: room + JSONCursor.slack) { output in
            unsafe output.withUnsafeMutableBufferPointer { target, count in
                guard let start = target.baseAddress else { return }
                var cursor = unsafe JSONCursor(start: UnsafeMutableRawPointer(start))
                body(&cursor)
                precondition(cursor.count <= room, "more was put down than there was room for")
                count = cursor.count
            }
        }
    }

    /// Adds UTF-8 text, or any part of one, with quotation marks, backslashes and control characters escaped.
    mutating func appendEscaped(_ text: Span<UInt8>) {
        var rest = text
        while rest.count > JSONCursor.longestText {
            appendPiece(rest.extracting(first: JSONCursor.longestText))
            rest = rest.extracting(droppingFirst: JSONCursor.longestText)
        }
        appendPiece(rest)
    }

    private mutating func appendPiece(_ piece: Span<UInt8>) {
        append(room: JSONCursor.room(forText: piece.count)) { $0.put(escaped: piece) }
    }
}

/// Where the next byte goes. Whoever has it has seen to it that there is room.
@safe struct JSONCursor {
    private let start: UnsafeMutableRawPointer
    /// How many bytes have been put down.
    private(set) var count = 0

    /// Text is put down 16 bytes at a time, of which the last may be none of it.
    static let slack = 16
    /// The longest text to be put down at once: the room for it, should all of it be control characters, is small.
    static let longestText = 4096
    /// The longest number: that of -9,223,372,036,854,775,808.
    static let longestNumber = 20
    /// `\u001f`
    private static let longestEscape = 6

    /// The most bytes that text of this many may take.
    static func room(forText count: Int) -> Int { count * longestEscape }

    fileprivate init(start: UnsafeMutableRawPointer) {
        unsafe self.start = start
    }

    mutating func put(_ byte: UInt8) {
        unsafe start.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    mutating func put(_ text: StaticString) {
        unsafe (start + count).copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
        count += text.utf8CodeUnitCount
    }

    mutating func put(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBytes { bytes in
            guard let source = bytes.baseAddress else { return }
            unsafe (start + count).copyMemory(from: source, byteCount: bytes.count)
            count += bytes.count
        }
    }

    /// In decimal digits.
    mutating func put(_ number: Int) {
        if number < 0 { put(UInt8(ascii: "-")) }
        var rest = number.magnitude
        var digits = 1
        while rest >= 10 {
            rest /= 10
            digits += 1
        }
        rest = number.magnitude
        for index in stride(from: count + digits - 1, through: count, by: -1) {
            unsafe start.storeBytes(of: UInt8(ascii: "0") + UInt8(rest % 10), toByteOffset: index, as: UInt8.self)
            rest /= 10
        }
        count += digits
    }

    /// Puts down text as the inside of a string.
    mutating func put(escaped text: Span<UInt8>) {
        unsafe text.withUnsafeBytes { text in
            guard let source = text.baseAddress else { return }
            var from = 0
            while from + 16 <= text.count {
                let bytes = unsafe source.loadUnaligned(fromByteOffset: from, as: SIMD2<UInt64>.self)
                unsafe start.storeBytes(of: bytes, toByteOffset: count, as: SIMD2<UInt64>.self)
                let clean = Self.cleanPrefix(of: bytes)
                from += clean
                count += clean
                guard clean < 16 else { continue }
                put(escapeOf: unsafe source.load(fromByteOffset: from, as: UInt8.self))
                from += 1
            }
            // The rest is looked at in the same way, with zeroes behind it, which end it as any escape would.
            while from < text.count {
                var bytes = SIMD2<UInt64>(0, 0)
                unsafe withUnsafeMutableBytes(of: &bytes) {
                    unsafe $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: text[from...]))
                }
                unsafe start.storeBytes(of: bytes, toByteOffset: count, as: SIMD2<UInt64>.self)
                let clean = Self.cleanPrefix(of: bytes)
                from += clean
                count += clean
                guard from < text.count else { break }
                put(escapeOf: unsafe source.load(fromByteOffset: from, as: UInt8.self))
                from += 1
            }
        }
    }

    // MARK: - What must be escaped

    /// How many bytes come before the first that must be escaped, reckoned in two words of eight bytes, the first byte
    /// the lowest.
    ///
    /// What the subtractions borrow may mark a byte that needs no escape, but only behind one that does.
    /// <https://graphics.stanford.edu/~seander/bithacks.html#HasLessInWord>
    @inline(__always)
    private static func cleanPrefix(of bytes: SIMD2<UInt64>) -> Int {
        let quotes = bytes ^ SIMD2(repeating: 0x2222_2222_2222_2222)
        let backslashes = bytes ^ SIMD2(repeating: 0x5C5C_5C5C_5C5C_5C5C)
        let ones = SIMD2<UInt64>(repeating: 0x0101_0101_0101_0101)
        let controls = (bytes &- SIMD2(repeating: 0x2020_2020_2020_2020)) & ~bytes
        let found =
            (controls | (quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes)
            & SIMD2(repeating: 0x8080_8080_8080_8080)
        if found[0] | found[1] == 0 { return 16 }
        return found[0] != 0 ? found[0].trailingZeroBitCount / 8 : 8 + found[1].trailingZeroBitCount / 8
    }

    private mutating func put(escapeOf byte: UInt8) {
        put(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\n"): put(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): put(UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): put(UInt8(ascii: "t"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): put(byte)
        default:
            put("u00")
            put(UInt8(ascii: "0") + byte >> 4)
            let low = byte & 15
            put(low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + (low - 10))
        }
    }
}
