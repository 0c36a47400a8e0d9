/// Whether bytes are UTF-8, told 32 bytes at a time where they are ASCII, as most of most texts is.
package enum UTF8Faults {
    /// Something in it is no UTF-8 (Unicode 15, table 3-7): a String of it would have U+FFFD there.
    package static func has(_ text: Span<UInt8>) -> Bool {
        unsafe text.withUnsafeBytes { text in
            guard let bytes = text.baseAddress else { return false }
            var index = 0
            while index < text.count {
                unsafe index += asciiPrefix(of: bytes + index, count: text.count - index)
                // Beside the first character that is not ASCII stand others, where the language is not English.
                while index < text.count, unsafe text[index] >= 0x80 {
                    let rest = unsafe UnsafeRawBufferPointer(rebasing: text[index...])
                    guard let width = unsafe characterWidth(rest) else { return true }
                    index += width
                }
            }
            return false
        }
    }

    private static let width = 16

    /// How many bytes come before the first that is not ASCII.
    private static func asciiPrefix(of bytes: UnsafeRawPointer, count: Int) -> Int {
        var index = 0
        while index + 2 * width <= count {
            let one = unsafe bytes.loadUnaligned(fromByteOffset: index, as: SIMD2<UInt64>.self)
            let next = unsafe bytes.loadUnaligned(fromByteOffset: index + width, as: SIMD2<UInt64>.self)
            let high = (one | next) & SIMD2(repeating: 0x8080_8080_8080_8080)
            guard high[0] | high[1] == 0 else { break }
            index += 2 * width
        }
        while index + width <= count {
            let words = unsafe bytes.loadUnaligned(fromByteOffset: index, as: SIMD2<UInt64>.self)
            let high = words & SIMD2(repeating: 0x8080_8080_8080_8080)
            if high[0] | high[1] == 0 {
                index += width
            } else {
                return index + (high[0] != 0 ? high[0].trailingZeroBitCount / 8 : 8 + high[1].trailingZeroBitCount / 8)
            }
        }
        while index < count, unsafe bytes.load(fromByteOffset: index, as: UInt8.self) < 0x80 { index += 1 }
        return index
    }

    /// How many bytes the character takes that begins here and is not ASCII; nil where there is none.
    private static func characterWidth(_ bytes: UnsafeRawBufferPointer) -> Int? {
        let width: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch unsafe bytes[0] {
        case 0xC2...0xDF: width = 2
        case 0xE0: (width, second) = (3, 0xA0...0xBF)
        case 0xED: (width, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: width = 3
        case 0xF0: (width, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: width = 4
        case 0xF4: (width, second) = (4, 0x80...0x8F)
        default: return nil
        }
        guard width <= bytes.count, second.contains(unsafe bytes[1]) else { return nil }
        for index in 2..<max(width, 2) {
            guard unsafe bytes[index] & 0xC0 == 0x80 else { return nil }
        }
        return width
    }
}
