/// How many code points a text has: those of ASCII, and all others. Looks at eight bytes at a time, since a history counts
/// every message that it may send, and going through a text one by one takes longer than to read it from the file.
struct CodePoints: Equatable {
    private(set) var ascii = 0
    private(set) var others = 0

    var count: Int { ascii + others }

    init(in text: String) {
        let isCounted: Void? = unsafe text.utf8.withContiguousStorageIfAvailable { bytes in unsafe count(bytes) }
        if isCounted == nil { for byte in text.utf8 { count(byte) } }
    }

    private mutating func count(_ bytes: UnsafeBufferPointer<UInt8>) {
        let words = bytes.count / 8
        var word = 0
        while word < words {
            // Each byte of a sum holds as much as 255.
            let end = min(words, word + 255)
            let length = (end - word) * 8
            var (highs, continuations) = (UInt64.zero, UInt64.zero)
            while word < end {
                let bytes = unsafe UnsafeRawPointer(bytes.baseAddress!).loadUnaligned(
                    fromByteOffset: word * 8, as: UInt64.self)
                let high = bytes & Self.highestBits
                highs &+= high >> 7
                // A byte that goes on with a code point has its second bit clear.
                continuations &+= (high & ~(bytes << 1)) >> 7
                word += 1
            }
            let high = Self.sum(highs)
            ascii += length - high
            others += high - Self.sum(continuations)
        }
        for index in (words * 8)..<bytes.count { unsafe count(bytes[index]) }
    }

    private mutating func count(_ byte: UInt8) {
        if byte < 0x80 { ascii += 1 } else if byte >= 0xC0 { others += 1 }
    }

    private static let highestBits: UInt64 = 0x8080_8080_8080_8080

    private static func sum(_ bytes: UInt64) -> Int {
        let evens = bytes & 0x00FF_00FF_00FF_00FF
        let odds = (bytes >> 8) & 0x00FF_00FF_00FF_00FF
        return Int(((evens &+ odds) &* 0x0001_0001_0001_0001) >> 48)
    }
}
