// Numbers as the file format writes them: most significant byte first. Nothing is read that is not there.
extension [UInt8] {
    /// The two bytes at an offset; nil where they are not all within.
    func integer16(at offset: Int) -> Int? {
        guard offset >= 0, offset + 2 <= count else { return nil }
        return Int(self[offset]) << 8 | Int(self[offset + 1])
    }

    /// The four bytes at an offset, as an unsigned number.
    func integer32(at offset: Int) -> Int? {
        guard let high = integer16(at: offset), let low = integer16(at: offset + 2) else { return nil }
        return high << 16 | low
    }

    /// One to nine bytes, seven bits in each and all eight in the ninth.
    /// <https://www.sqlite.org/fileformat2.html#varint>
    func varint(at offset: Int) -> Varint? {
        guard offset >= 0 else { return nil }
        var value: UInt64 = 0
        for index in 0..<9 {
            guard offset + index < count else { return nil }
            let byte = self[offset + index]
            if index == 8 { return Varint(value: Int64(bitPattern: value << 8 | UInt64(byte)), size: 9) }
            value = value << 7 | UInt64(byte & 0x7F)
            if byte < 0x80 { return Varint(value: Int64(bitPattern: value), size: index + 1) }
        }
        return nil
    }
}

/// A number of variable length, and how many bytes it takes.
struct Varint: Equatable {
    var value: Int64
    var size: Int

    /// The value, where it can be the length of something that has at most so many bytes.
    func length(upTo most: Int) -> Int? {
        value >= 0 && value <= Int64(most) ? Int(value) : nil
    }
}
