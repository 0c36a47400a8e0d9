/// Characters that nobody would say: long, and of many kinds.
enum RandomKey {
    static func isPart(_ byte: UInt8) -> Bool {
        byte.isBase64URL || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
    }

    /// Where such characters are that begin here; nil where they could be words, a path, a UUID or a ULID.
    static func range(in text: [UInt8], at start: Int) -> Range<Int>? {
        var end = start
        var (small, capitals, digits, others, beyondHexadecimal) = (0, 0, 0, 0, 0)
        var seen: UInt128 = 0
        while end < text.count, isPart(text[end]) {
            let byte = text[end]
            if byte.isDigit {
                digits += 1
            } else if byte.isLetter {
                if byte & 0x20 == 0 { capitals += 1 } else { small += 1 }
                if byte | 0x20 > UInt8(ascii: "f") { beyondHexadecimal += 1 }
            } else {
                others += 1
            }
            seen |= 1 << UInt128(byte & 0x7F)
            end += 1
        }
        let length = end - start
        let isHexadecimal = beyondHexadecimal == 0 && others == 0 && digits >= 4 && small + capitals >= 4
        let isMixed = small >= 2 && capitals >= 2 && digits >= 2 && others * 8 <= length
        guard isHexadecimal && length >= 32 || isMixed && length >= 20, seen.nonzeroBitCount >= 8 else { return nil }
        while end < text.count, text[end] == UInt8(ascii: "=") { end += 1 }
        return start..<end
    }
}
