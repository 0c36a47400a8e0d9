/// Packed bytes as servers send them, made by hand. <https://datatracker.ietf.org/doc/html/rfc1952>
enum Gzip {
    static let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]

    /// One block, packed in no way, of at most 65,535 bytes. <https://datatracker.ietf.org/doc/html/rfc1951#section-3.2.4>
    static func block(_ text: String, isLast: Bool = false) -> [UInt8] {
        let length = UInt16(text.utf8.count)
        return [isLast ? 1 : 0] + littleEndian(length) + littleEndian(~length) + Array(text.utf8)
    }

    /// What follows the last block.
    static func trailer(of text: String) -> [UInt8] {
        littleEndian(checksum(of: text.utf8)) + littleEndian(UInt32(text.utf8.count))
    }

    static func packed(_ text: String) -> [UInt8] {
        header + block(text, isLast: true) + trailer(of: text)
    }

    /// The beginning of line ends without number: each zero byte behind it stands for 1032 of them.
    static let bomb: [UInt8] =
        header + [0xEC, 0xC1, 0x21, 0x01, 0x00, 0x00, 0x00, 0x80, 0xA0, 0xEE, 0xFF, 0xC1, 0x1E, 0x01, 0x0A]

    private static func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
        (0..<number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }

    /// CRC-32.
    private static func checksum(of bytes: some Sequence<UInt8>) -> UInt32 {
        var sum = ~UInt32(0)
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 {
                let isOdd = sum & 1 == 1
                sum >>= 1
                if isOdd { sum ^= 0xEDB8_8320 }
            }
        }
        return ~sum
    }
}
