/// What has been committed to the log beside a database and not yet moved into it.
/// <https://www.sqlite.org/fileformat2.html#walformat>
///
/// As SQLite does, it reads up to the first frame that is not sound, and believes what a commit before it ended.
package struct WriteAheadLog: Sendable {
    /// Of each page, where its latest committed content begins in the log.
    let offsets: [Int: Int]
    let pageSize: Int
    /// The database's pages after the last commit.
    let pageCount: Int
    /// The frames up to the last commit that can be read.
    package let committedFrames: Int
    /// Frames of the same writing follow one that is damaged: something committed is lost.
    package let isDamaged: Bool

    private static let headerSize = 32
    private static let frameHeaderSize = 24

    /// What a log begins with.
    private struct Header {
        var pageSize: Int
        var bytes: [UInt8]
        /// As it stands after the header.
        var checksum: LogChecksum
    }

    /// Nil where the file does not begin as a log does.
    private static func header(of file: RawFile) -> Header? {
        guard let header = file.bytes(at: 0, count: headerSize), header.count == headerSize,
            let magic = header.integer32(at: 0), magic & ~1 == 0x377F_0682, header.integer32(at: 4) == 3_007_000,
            let pageSize = header.integer32(at: 8), PageLayout.pageSizes.contains(pageSize)
        else { return nil }
        var checksum = LogChecksum(isBigEndian: magic & 1 == 1)
        checksum.add(header[..<24])
        guard checksum.isWritten(in: header, at: 24) else { return nil }
        return Header(pageSize: pageSize, bytes: header, checksum: checksum)
    }

    /// There is more in the file than a beginning, and that is none of a log.
    static func isUnreadable(_ file: RawFile) -> Bool {
        file.size > headerSize && header(of: file) == nil
    }

    /// Nil where nothing in it has been committed, or it is no log.
    init?(_ file: RawFile) {
        guard let start = Self.header(of: file) else { return nil }
        let (header, pageSize) = (start.bytes, start.pageSize)
        var checksum = start.checksum

        var offsets: [Int: Int] = [:]
        var uncommitted: [Int: Int] = [:]
        var pageCount = 0
        var committed = 0
        var frames = 0
        var isSound = true
        var isDamaged = false
        var offset = Self.headerSize
        while let frame = file.bytes(at: offset, count: Self.frameHeaderSize + pageSize),
            frame.count == Self.frameHeaderSize + pageSize
        {
            // Another salt is left over from an earlier writing of the same log.
            guard frame[8..<16] == header[16..<24] else { break }
            let commit = frame.integer32(at: 4) ?? 0
            if isSound {
                checksum.add(frame[..<8])
                checksum.add(frame[Self.frameHeaderSize...])
                let page = frame.integer32(at: 0) ?? 0
                isSound = page > 0 && checksum.isWritten(in: frame, at: 16)
                if isSound {
                    frames += 1
                    uncommitted[page] = offset + Self.frameHeaderSize
                    if commit > 0 {
                        offsets.merge(uncommitted) { _, later in later }
                        uncommitted = [:]
                        pageCount = commit
                        committed = frames
                    }
                }
            }
            if !isSound && commit > 0 { isDamaged = true }
            offset += Self.frameHeaderSize + pageSize
        }
        guard committed > 0 || isDamaged else { return nil }
        self.offsets = offsets
        self.pageSize = pageSize
        self.pageCount = pageCount
        committedFrames = committed
        self.isDamaged = isDamaged
    }
}

/// The sum that runs through a log. <https://www.sqlite.org/fileformat2.html#checksum_algorithm>
struct LogChecksum {
    let isBigEndian: Bool
    private var first: UInt32 = 0
    private var second: UInt32 = 0

    init(isBigEndian: Bool) {
        self.isBigEndian = isBigEndian
    }

    /// Takes in bytes, eight at a time; what is left over is left out.
    mutating func add(_ bytes: ArraySlice<UInt8>) {
        var offset = bytes.startIndex
        while offset + 8 <= bytes.endIndex {
            first = first &+ word(bytes, offset) &+ second
            second = second &+ word(bytes, offset + 4) &+ first
            offset += 8
        }
    }

    func isWritten(in bytes: [UInt8], at offset: Int) -> Bool {
        bytes.integer32(at: offset) == Int(first) && bytes.integer32(at: offset + 4) == Int(second)
    }

    private func word(_ bytes: ArraySlice<UInt8>, _ offset: Int) -> UInt32 {
        let word =
            UInt32(bytes[offset]) << 24 | UInt32(bytes[offset + 1]) << 16 | UInt32(bytes[offset + 2]) << 8
            | UInt32(bytes[offset + 3])
        return isBigEndian ? word : word.byteSwapped
    }
}
