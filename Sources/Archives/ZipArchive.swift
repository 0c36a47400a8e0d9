/// A zip, and the list at its end of what is in it; nothing of that list is believed without a look.
///
/// It is read as <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT> has it, with files and offsets beyond
/// 4 GiB (zip64). Nothing is unpacked to the disk, and what is held in memory is the list's wanted entries.
package struct ZipArchive: Sendable {
    private let file: ArchiveFile
    private let list: ZipList

    /// Every zip that has something in it begins so.
    package static let firstBytes: [UInt8] = [0x50, 0x4B, 0x03, 0x04]

    package init(path: String) throws(ZipError) {
        file = try ArchiveFile(path: path)
        list = try ZipList(of: file)
    }

    /// The files in it whose names are wanted, in the order of the list.
    package func entries(where isWanted: (String) -> Bool) throws(ZipError) -> [ZipEntry] {
        var entries: [ZipEntry] = []
        var offset = list.offset
        for _ in 0..<list.count {
            let (entry, length) = try ZipEntry.read(at: offset, of: file)
            offset += length
            if isWanted(entry.name) { entries.append(entry) }
        }
        return entries
    }

    /// Reads a file in it from its beginning.
    package func contents(of entry: ZipEntry) throws(ZipError) -> ZipContents {
        try ZipContents(of: entry, in: file)
    }
}

/// Where the list is, and how many files it has.
struct ZipList {
    var offset: Int
    var count: Int

    private static let length = 22
    private static let locatorLength = 20
    private static let longLength = 56
    /// Behind the end of the list may stand a remark of at most this many bytes.
    private static let longestRemark = 0xFFFF

    init(of file: ArchiveFile) throws(ZipError) {
        let tail = min(file.size, Self.length + Self.longestRemark)
        let bytes = try file.bytes(at: file.size - tail, count: tail)
        guard let index = Self.index(in: bytes) else { throw ZipError(path: file.path, reason: .noZip) }
        guard bytes.number16(at: index + 4) == 0, bytes.number16(at: index + 6) == 0 else {
            throw ZipError(path: file.path, reason: .severalParts)
        }
        count = bytes.number16(at: index + 10)
        offset = bytes.number32(at: index + 16)
        // What is too large for its field stands in another record before this one.
        let isLong = count == 0xFFFF || offset == 0xFFFF_FFFF || bytes.number32(at: index + 12) == 0xFFFF_FFFF
        if isLong, let long = try Self.longList(of: file, before: file.size - tail + index) { self = long }
    }

    private init(offset: Int, count: Int) {
        self.offset = offset
        self.count = count
    }

    /// The last place whose remark would end with the file.
    private static func index(in bytes: [UInt8]) -> Int? {
        guard bytes.count >= length else { return nil }
        return (0...bytes.count - length).last { index in
            bytes[index] == 0x50 && bytes.number32(at: index) == 0x0605_4B50
                && index + length + bytes.number16(at: index + 20) == bytes.count
        }
    }

    private static func longList(of file: ArchiveFile, before end: Int) throws(ZipError) -> ZipList? {
        guard end >= locatorLength else { return nil }
        let locator = try file.bytes(at: end - locatorLength, count: locatorLength)
        guard locator.number32(at: 0) == 0x0706_4B50 else { return nil }
        let damage = ZipError(path: file.path, reason: .damagedList)
        guard let place = locator.number64(at: 8) else { throw damage }
        let record = try file.bytes(at: place, count: longLength)
        guard record.number32(at: 0) == 0x0606_4B50, let count = record.number64(at: 32),
            let offset = record.number64(at: 48)
        else { throw damage }
        return ZipList(offset: offset, count: count)
    }
}
