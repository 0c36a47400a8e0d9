private import CZlib

/// Makes zips as tests want them: sound ones, and such as nobody should make.
/// <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>
package enum ZipMaker {
    /// A zip of these files, in the order of their names.
    ///
    /// - Parameters:
    ///   - long: Whether every number stands in the record for those beyond 4 GiB.
    ///   - method: The number that the list gives for how they are packed; nil for the true one.
    ///   - size: What the list says of how long they are; nil for the truth.
    ///   - packedSize: What it says of how long they are in the zip; nil for the truth.
    package static func zip(
        _ files: [String: [UInt8]], deflated: Bool = false, long: Bool = false, remark: String = "", flags: Int = 0,
        method: Int? = nil, size: Int? = nil, packedSize: Int? = nil
    ) -> [UInt8] {
        var zip: [UInt8] = []
        var list: [UInt8] = []
        for (name, contents) in files.sorted(by: { $0.key < $1.key }) {
            let packed = deflated ? deflate(contents) : contents
            let offset = zip.count
            let checksum = Int(
                unsafe contents.withUnsafeBufferPointer { unsafe crc32(0, $0.baseAddress, uInt($0.count)) })
            let size = size ?? contents.count
            let packedSize = packedSize ?? packed.count
            let common =
                number(flags, 2) + number(method ?? (deflated ? 8 : 0), 2) + number(0, 4) + number(checksum, 4)
            let extra =
                long ? number(1, 2) + number(24, 2) + number(size, 8) + number(packedSize, 8) + number(offset, 8) : []
            let field = { (value: Int) in long ? number(0xFFFF_FFFF, 4) : number(value, 4) }
            let nameLength = number(name.utf8.count, 2)
            zip += [0x50, 0x4B, 3, 4] + number(20, 2) + common + field(packedSize) + field(size)
            zip += nameLength + number(0, 2) + Array(name.utf8) + packed
            list += [0x50, 0x4B, 1, 2] + number(20, 4) + common + field(packedSize) + field(size)
            list += nameLength + number(extra.count, 2) + number(0, 10) + field(offset) + Array(name.utf8) + extra
        }
        let start = zip.count
        zip += list
        if long {
            let end = zip.count
            zip += [0x50, 0x4B, 6, 6] + number(44, 8) + number(45, 4) + number(0, 8) + number(files.count, 8)
            zip += number(files.count, 8) + number(list.count, 8) + number(start, 8)
            zip += [0x50, 0x4B, 6, 7] + number(0, 4) + number(end, 8) + number(1, 4)
        }
        let count = long ? 0xFFFF : files.count
        zip += [0x50, 0x4B, 5, 6] + number(0, 4) + number(count, 2) + number(count, 2)
        zip += number(long ? 0xFFFF_FFFF : list.count, 4) + number(long ? 0xFFFF_FFFF : start, 4)
        return zip + number(remark.utf8.count, 2) + Array(remark.utf8)
    }

    /// The number in so many bytes, the lowest first.
    private static func number(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { $0 < 8 ? UInt8(truncatingIfNeeded: value >> (8 * $0)) : 0 }
    }

    /// What zlib makes of it, without its header of two bytes and its checksum of four.
    private static func deflate(_ contents: [UInt8]) -> [UInt8] {
        var length = compressBound(uLong(contents.count))
        var packed = [UInt8](repeating: 0, count: Int(length))
        let code = unsafe packed.withUnsafeMutableBufferPointer { packed in
            unsafe contents.withUnsafeBufferPointer {
                unsafe compress(packed.baseAddress, &length, $0.baseAddress, uLong($0.count))
            }
        }
        precondition(code == Z_OK, "zlib packs whatever fits")
        return Array(packed[2..<Int(length) - 4])
    }
}
