/// Bytes of UTF-8 in, one scalar at a time out.
///
/// What is not UTF-8 becomes U+FFFD, one for each longest beginning of a character, as `String(decoding:as:)` does it.
/// The ranges are table 3-7 of the Unicode Standard.
struct ScalarDecoder {
    enum Step: Equatable {
        case more
        case scalar(Unicode.Scalar)
        case cutShort  // the character before has no end: it is U+FFFD, and the byte is to be read afresh
    }

    private var value: UInt32 = 0
    private var missing = 0
    private var allowed = anyContinuation
    private static let anyContinuation: ClosedRange<UInt8> = 0x80...0xBF

    mutating func receive(_ byte: UInt8) -> Step {
        missing == 0 ? begin(byte) : resume(byte)
    }

    private mutating func begin(_ byte: UInt8) -> Step {
        switch byte {
        case 0x00...0x7F: return .scalar(Unicode.Scalar(byte))
        case 0xC2...0xDF: expect(1, after: byte & 0x1F)
        case 0xE0: expect(2, after: 0, 0xA0...0xBF)
        case 0xED: expect(2, after: byte & 0x0F, 0x80...0x9F)
        case 0xE1...0xEF: expect(2, after: byte & 0x0F)
        case 0xF0: expect(3, after: 0, 0x90...0xBF)
        case 0xF4: expect(3, after: byte & 0x07, 0x80...0x8F)
        case 0xF1...0xF3: expect(3, after: byte & 0x07)
        default: return .scalar("\u{FFFD}")
        }
        return .more
    }

    private mutating func expect(_ count: Int, after bits: UInt8, _ next: ClosedRange<UInt8> = anyContinuation) {
        (value, missing, allowed) = (UInt32(bits), count, next)
    }

    private mutating func resume(_ byte: UInt8) -> Step {
        guard allowed.contains(byte) else {
            missing = 0
            return .cutShort
        }
        value = value << 6 | UInt32(byte & 0x3F)
        missing -= 1
        allowed = Self.anyContinuation
        return missing == 0 ? .scalar(Unicode.Scalar(value) ?? "\u{FFFD}") : .more
    }
}
