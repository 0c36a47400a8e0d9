/// A file in a zip, as the list has it.
package struct ZipEntry: Equatable, Sendable {
    package enum Method: Equatable, Sendable {
        case stored, deflated
        case unknown(Int)
    }

    /// With the folders it is in, divided by slashes.
    package var name: String
    var method: Method
    var isEncrypted: Bool
    var checksum: UInt32
    /// Bytes in the zip, and unpacked.
    package var packedSize: Int
    package var size: Int
    /// Where its own header is.
    var offset: Int

    private static let length = 46

    /// The entry that stands there in the list, and how long it is.
    static func read(at offset: Int, of file: ArchiveFile) throws(ZipError) -> (ZipEntry, Int) {
        let damage = ZipError(path: file.path, reason: .damagedList)
        let bytes = try file.bytes(at: offset, count: length)
        guard bytes.number32(at: 0) == 0x0201_4B50 else { throw damage }
        let nameLength = bytes.number16(at: 28)
        let extraLength = bytes.number16(at: 30)
        let rest = try file.bytes(at: offset + length, count: nameLength + extraLength)
        let method: Method =
            switch bytes.number16(at: 10) {
            case 0: .stored
            case 8: .deflated
            case let number: .unknown(number)
            }
        var entry = ZipEntry(
            name: String(decoding: rest[..<nameLength], as: UTF8.self), method: method,
            isEncrypted: bytes.number16(at: 8) & 1 != 0, checksum: UInt32(bytes.number32(at: 16)),
            packedSize: bytes.number32(at: 20), size: bytes.number32(at: 24), offset: bytes.number32(at: 42))
        guard entry.takeLongNumbers(from: Array(rest[nameLength...])), entry.offset <= file.size,
            entry.packedSize <= file.size - entry.offset
        else { throw damage }
        return (entry, length + nameLength + extraLength + bytes.number16(at: 32))
    }

    /// What is too large for its field stands in an extra one, in this order, and only what is.
    private mutating func takeLongNumbers(from extra: [UInt8]) -> Bool {
        let isLong = { (number: Int) in number == 0xFFFF_FFFF }
        guard isLong(size) || isLong(packedSize) || isLong(offset) else { return true }
        var index = 0
        while index + 4 <= extra.count {
            let end = index + 4 + extra.number16(at: index + 2)
            guard end <= extra.count else { return false }
            if extra.number16(at: index) == 1 {
                var place = index + 4
                for field in [\ZipEntry.size, \.packedSize, \.offset] where isLong(self[keyPath: field]) {
                    guard place + 8 <= end, let number = extra.number64(at: place) else { return false }
                    self[keyPath: field] = number
                    place += 8
                }
                return true
            }
            index = end
        }
        // Exactly so many bytes, then.
        return true
    }
}
