/// A page that holds rows, or the way to them. <https://www.sqlite.org/fileformat2.html#b_tree_pages>
///
/// Nothing in it is believed: what points out of the page is left out and counted.
package struct BTreePage: Sendable {
    package enum Kind: UInt8, Sendable {
        case indexInterior = 2
        case tableInterior = 5
        case indexLeaf = 10
        case tableLeaf = 13

        package var isLeaf: Bool { self == .indexLeaf || self == .tableLeaf }
        package var isTable: Bool { self == .tableInterior || self == .tableLeaf }
    }

    package let number: Int
    package let kind: Kind
    /// The cells that lie within the page, in the order of their keys.
    package let cells: [Cell]
    /// Cells that the page says it has and that cannot be.
    package let damagedCells: Int
    /// The last child of an interior page.
    package let rightChild: Int?
    /// Every byte between the first cell and the page's end belongs to a cell, or is known to be free: no cell is
    /// missing, and none too many.
    package let isAccountedFor: Bool
    let bytes: [UInt8]

    /// Reads a page; nil where it is no page of a tree.
    ///
    /// - Parameters:
    ///   - bytes: The page's bytes; fewer than a page has where the file ends within it.
    ///   - supposed: Taken for the page's kind, whatever the byte that should tell it says.
    package init?(number: Int, bytes: [UInt8], layout: PageLayout, supposing supposed: Kind? = nil) {
        let start = number == 1 ? DatabaseHeader.size : 0
        guard bytes.count > start, let kind = supposed ?? Kind(rawValue: bytes[start]) else { return nil }
        let headerSize = kind.isLeaf ? 8 : 12
        guard let cellCount = bytes.integer16(at: start + 3), let statedStart = bytes.integer16(at: start + 5),
            start + headerSize + 2 * cellCount <= layout.usableSize
        else { return nil }
        let contentStart = statedStart == 0 ? 65_536 : statedStart
        guard contentStart <= layout.usableSize else { return nil }

        var cells: [Cell] = []
        var damaged = 0
        for index in 0..<cellCount {
            let pointers = start + headerSize
            if let offset = bytes.integer16(at: pointers + 2 * index), offset >= pointers + 2 * cellCount,
                let cell = Cell(at: offset, of: bytes, kind: kind, layout: layout)
            {
                cells.append(cell)
            } else {
                damaged += 1
            }
        }
        self.number = number
        self.kind = kind
        self.bytes = bytes
        self.cells = cells
        damagedCells = damaged
        rightChild = kind.isLeaf ? nil : bytes.integer32(at: start + 8)
        let free = Self.freeBytes(in: bytes, headerAt: start, layout: layout)
        isAccountedFor =
            damaged == 0 && bytes.count == layout.pageSize
            && free.map { $0 + cells.reduce(0) { $0 + $1.size } } == layout.usableSize - contentStart
    }

    /// The bytes in the list of free blocks, and those too few for a block; nil where the list is damaged.
    private static func freeBytes(in bytes: [UInt8], headerAt start: Int, layout: PageLayout) -> Int? {
        guard start + 8 <= bytes.count, var block = bytes.integer16(at: start + 1) else { return nil }
        var free = Int(bytes[start + 7])
        while block != 0 {
            // Blocks come in rising order, so that the list has an end.
            guard let next = bytes.integer16(at: block), let size = bytes.integer16(at: block + 2),
                size >= 4, block + size <= layout.usableSize, next == 0 || next >= block + size
            else { return nil }
            free += size
            block = next
        }
        return free
    }

    /// The pages below this one, from left to right; some may be no pages at all.
    package var children: [Int] {
        kind.isLeaf ? [] : cells.compactMap(\.leftChild) + (rightChild.map { [$0] } ?? [])
    }
}

/// Where a row begins in its page, and how long it says it is.
package struct Cell: Equatable, Sendable {
    /// Of an interior page.
    package var leftChild: Int?
    /// Of a table's page.
    package var rowid: Int64?
    /// All bytes of the record, those on other pages too; 0 in a table's interior page, where there is none.
    var payloadSize: Int
    var payloadOffset: Int
    /// The bytes that the cell takes in its page.
    var size: Int

    init?(at start: Int, of bytes: [UInt8], kind: BTreePage.Kind, layout: PageLayout) {
        var offset = start
        if !kind.isLeaf {
            guard let child = bytes.integer32(at: offset) else { return nil }
            leftChild = child
            offset += 4
        }
        payloadSize = 0
        if kind != .tableInterior {
            guard let stated = bytes.varint(at: offset), let length = stated.length(upTo: PageLayout.mostPayload) else {
                return nil
            }
            payloadSize = length
            offset += stated.size
        }
        if kind.isTable {
            guard let key = bytes.varint(at: offset) else { return nil }
            rowid = key.value
            offset += key.size
        }
        payloadOffset = offset
        let local = layout.localSize(ofPayload: payloadSize, inTable: kind.isTable)
        // A freed cell has to hold a block of the free list, so that none is smaller.
        size = max(4, offset - start + local + (local < payloadSize ? 4 : 0))
        guard start + size <= layout.usableSize else { return nil }
    }
}
