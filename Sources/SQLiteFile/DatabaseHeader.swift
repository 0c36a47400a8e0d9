/// What the first hundred bytes of the file say. <https://www.sqlite.org/fileformat2.html#the_database_header>
struct DatabaseHeader {
    static let size = 100
    static let magic = Array("SQLite format 3\0".utf8)

    var pageSize: Int
    var reservedBytes: Int
    /// The pages that there should be; nil where the number is not to be trusted.
    var pageCount: Int?
    var firstFreelistTrunk: Int
    var freelistCount: Int

    /// Nil where it is no such header.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= Self.size, bytes.starts(with: Self.magic), let stated = bytes.integer16(at: 16) else {
            return nil
        }
        pageSize = stated == 1 ? 65_536 : stated
        guard PageLayout.pageSizes.contains(pageSize) else { return nil }
        reservedBytes = Int(bytes[20])
        // The number was written by whoever wrote the change counter beside it, or is not kept up to date.
        let isCounted = bytes[24..<28] == bytes[92..<96]
        pageCount = isCounted ? bytes.integer32(at: 28) : nil
        firstFreelistTrunk = bytes.integer32(at: 32) ?? 0
        freelistCount = bytes.integer32(at: 36) ?? 0
    }
}
