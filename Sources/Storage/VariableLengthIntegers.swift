/// Integers one after the other, as SQLite writes them: seven bits a byte, the highest first.
/// <https://www.sqlite.org/fileformat2.html#varint>
struct VariableLengthIntegers {
    private var bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
    }

    /// Nil where there is no more; and where one has more than 56 bits, which none here does.
    mutating func next() -> Int64? {
        var value: Int64 = 0
        for _ in 0..<8 {
            guard let byte = bytes.popFirst() else { return nil }
            value = value << 7 | Int64(byte & 0x7F)
            if byte < 0x80 { return value }
        }
        return nil
    }
}
