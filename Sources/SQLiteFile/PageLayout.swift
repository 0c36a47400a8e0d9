/// The sizes that everything in a file is measured with.
package struct PageLayout: Equatable, Sendable {
    package let pageSize: Int
    /// A page without what is reserved at its end.
    package let usableSize: Int
    /// SQLite makes no record longer, whatever a length says. <https://www.sqlite.org/limits.html>
    static let mostPayload = 2_147_483_647

    /// The least and the greatest size of a page. <https://www.sqlite.org/fileformat2.html#page_size>
    static let pageSizes = (9...16).map { 1 << $0 }

    init(pageSize: Int, reservedBytes: Int) {
        self.pageSize = pageSize
        usableSize = max(pageSize - reservedBytes, 480)
    }

    /// How much of a payload is in the cell itself. <https://www.sqlite.org/fileformat2.html#cell_payload_overflow_pages>
    func localSize(ofPayload size: Int, inTable: Bool) -> Int {
        let most = inTable ? usableSize - 35 : (usableSize - 12) * 64 / 255 - 23
        guard size > most else { return size }
        let least = (usableSize - 12) * 32 / 255 - 23
        let fitting = least + (size - least) % (usableSize - 4)
        return fitting <= most ? fitting : least
    }
}
