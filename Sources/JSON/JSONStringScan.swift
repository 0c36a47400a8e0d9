/// Finds where a string ends, and what is wrong in it, in one pass.
struct JSONStringScan {
    /// Where the closing quotation mark is; the first byte that cannot be there where the string is broken, or the end
    /// of all bytes.
    private(set) var end: Int
    private(set) var hasEscapes = false
    private(set) var isWhole = false

    /// - Parameter start: The index behind the opening quotation mark.
    init(_ bytes: ArraySlice<UInt8>, from start: Int) {
        end = 0
        unsafe bytes[start...].withUnsafeBytes { unsafe scan($0) }
        end += start
    }

    private mutating func scan(_ raw: UnsafeRawBufferPointer) {
        while true {
            end = unsafe Self.firstSpecialByte(of: raw, from: end)
            guard end < raw.count, unsafe raw[end] >= 0x20 else { return }
            if unsafe raw[end] == 0x22 {
                isWhole = true
                return
            }
            hasEscapes = true
            guard unsafe skipEscape(raw) else { return }
        }
    }

    /// Goes behind an escape, and says whether it is one.
    private mutating func skipEscape(_ raw: UnsafeRawBufferPointer) -> Bool {
        end += 1
        guard end < raw.count else { return false }
        switch unsafe raw[end] {
        case UInt8(ascii: "u"):
            for _ in 0..<4 {
                end += 1
                guard end < raw.count, unsafe Self.isHexadecimal(raw[end]) else { return false }
            }
        case UInt8(ascii: "n"), UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "t"),
            UInt8(ascii: "r"), UInt8(ascii: "b"), UInt8(ascii: "f"):
            break
        default: return false
        }
        end += 1
        return true
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6
    }

    /// The index of the next quotation mark, backslash or control character; the count where there is none.
    static func firstSpecialByte(of raw: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        // Eight at a time. A byte b is zero if it borrows in b - 1 and its highest bit is not set; a borrow may reach
        // the bytes above and tell too much, but the lowest that is told is right.
        // https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord
        let ones: UInt64 = 0x0101_0101_0101_0101
        while index + 8 <= raw.count {
            let word = unsafe UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let quote = word ^ 0x2222_2222_2222_2222
            let backslash = word ^ 0x5C5C_5C5C_5C5C_5C5C
            let found =
                (quote &- ones) & ~quote | (backslash &- ones) & ~backslash | (word &- 0x2020_2020_2020_2020) & ~word
            let marks = found & 0x8080_8080_8080_8080
            if marks != 0 { return index + marks.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < raw.count {
            let byte = unsafe raw[index]
            if byte == 0x22 || byte == 0x5C || byte < 0x20 { break }
            index += 1
        }
        return index
    }
}
