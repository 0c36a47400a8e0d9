internal import SQLiteFile

/// Which pages of a damaged file hold rows of which table.
///
/// A page that a table's tree leads to is the table's. Where the tree is damaged, some of its pages are led to by
/// nothing any more: those are known by the look of their rows. Where a tree is whole, nothing beside it is the
/// table's: what looks so was taken out of it, and stays out.
struct PageMap {
    private enum Use: UInt8 { case unknown, free, tree, overflow }

    struct Place {
        var page: Int
        /// The table's tree leads to it.
        var isReachable: Bool
    }

    /// Where each table's rows are, by the table's name: first those in its tree, in the order of their keys.
    private(set) var places: [String: [Place]] = [:]
    /// Pages of trees whose header does not agree with their rows.
    private(set) var inconsistentPages: [Int] = []
    private var uses: [Use]
    private let source: DatabasePages

    init(_ source: DatabasePages) {
        self.source = source
        uses = Array(repeating: .unknown, count: source.count + 1)
        for page in source.freePages() { uses[page] = .free }
        let schema = walk(from: 1, isTable: true, table: nil)
        let roots = roots(in: schema.leaves)
        var damaged: [SalvagedTable] = []
        for table in SalvagedTable.all {
            let isWhole = roots[table.name].map { walk(from: $0, isTable: table.hasRowid, table: table).isWhole }
            if isWhole != true { damaged.append(table) }
        }
        let known = Set(SalvagedTable.all.map(\.name))
        for (name, root) in roots where !known.contains(name) {
            let isTable = source.page(root).map(\.kind.isTable) ?? true
            walk(from: root, isTable: isTable, table: nil)
        }
        findStrayPages(of: damaged)
    }

    // MARK: - Trees

    private struct Walk {
        var leaves: [BTreePage] = []
        /// Nothing of it is missing.
        var isWhole = true
    }

    /// The root pages of tables and indexes, by name.
    private func roots(in schema: [BTreePage]) -> [String: Int] {
        var roots: [String: Int] = [:]
        for page in schema {
            for cell in page.cells {
                guard let values = source.record(of: cell, in: page)?.values, values.count == 5,
                    case .text(let name) = values[1], case .integer(let root) = values[3],
                    root >= 2, root <= Int64(source.count)
                else { continue }
                roots[String(decoding: name, as: UTF8.self)] = Int(root)
            }
        }
        return roots
    }

    /// Goes through a tree. The pages of a table that is salvaged are its places; of others the leaves are given.
    @discardableResult
    private mutating func walk(from root: Int, isTable: Bool, table: SalvagedTable?) -> Walk {
        var walk = Walk()
        var ahead = [root]
        while let number = ahead.popLast() {
            guard number >= 1, number <= source.count, uses[number] == .unknown || uses[number] == .free,
                let page = source.page(
                    number, amending: isTable ? [.tableLeaf, .tableInterior] : [.indexLeaf, .indexInterior]),
                page.kind.isTable == isTable, table.map({ isPage(page, of: $0) }) ?? true
            else {
                walk.isWhole = false
                continue
            }
            uses[number] = .tree
            if !page.isAccountedFor {
                inconsistentPages.append(number)
                if !page.kind.isLeaf { walk.isWhole = false }
            }
            ahead += page.children.reversed()
            if let table {
                if page.kind != .tableInterior { add(Place(page: number, isReachable: true), to: table) }
            } else {
                if page.kind.isLeaf && isTable && root == 1 { walk.leaves.append(page) }
                for cell in page.cells where page.kind != .tableInterior {
                    _ = source.record(of: cell, in: page) { page, isRead in
                        if isRead { noteOverflow(page) }
                    }
                }
            }
        }
        return walk
    }

    private mutating func add(_ place: Place, to table: SalvagedTable) {
        places[table.name, default: []].append(place)
    }

    // MARK: - Pages that nothing leads to

    private mutating func findStrayPages(of tables: [SalvagedTable]) {
        guard !tables.isEmpty, source.count >= 2 else { return }
        for number in 2...source.count where uses[number] == .unknown {
            let kinds: [BTreePage.Kind] = [.tableLeaf, .indexLeaf, .indexInterior]
            guard let page = source.page(number, amending: kinds), page.kind != .tableInterior else { continue }
            guard !page.cells.isEmpty, let table = tables.first(where: { isPage(page, of: $0) }) else { continue }
            uses[number] = .tree
            add(Place(page: number, isReachable: false), to: table)
            if !page.isAccountedFor { inconsistentPages.append(number) }
        }
    }

    /// Whether the rows on a page look like those of a table. One without rows could be any table's.
    private func isPage(_ page: BTreePage, of table: SalvagedTable) -> Bool {
        guard page.kind.isTable == table.hasRowid else { return false }
        guard page.kind != .tableInterior, !page.cells.isEmpty else { return true }
        let step = max(1, page.cells.count / Self.sample)
        let looked = stride(from: 0, to: page.cells.count, by: step).map { page.cells[$0] }
        let fitting = looked.count { cell in
            source.record(of: cell, in: page).map { table.fits($0, rowid: cell.rowid) } ?? false
        }
        return fitting > 0 && fitting * 2 >= looked.count
    }

    /// So many rows tell what a page is.
    private static let sample = 8

    // MARK: - What could not be read

    /// A row goes on on this page.
    mutating func noteOverflow(_ page: Int) {
        if page < uses.count, uses[page] == .unknown { uses[page] = .overflow }
    }

    /// The pages that are missing, or hold nothing that makes sense.
    func unreadablePages() -> [ClosedRange<Int>] {
        var ranges: [ClosedRange<Int>] = []
        for number in stride(from: 1, through: source.count, by: 1) where uses[number] == .unknown {
            guard number != source.lockPage, !makesSense(number) else { continue }
            if let last = ranges.last, last.upperBound + 1 == number {
                ranges[ranges.count - 1] = last.lowerBound...number
            } else {
                ranges.append(number...number)
            }
        }
        if source.statedCount > source.count { ranges.append(source.count + 1...source.statedCount) }
        return ranges
    }

    /// A page of an index that is made anew, or one on which something that is lost went on.
    private func makesSense(_ number: Int) -> Bool {
        guard let bytes = source.bytes(ofPage: number), bytes.count == source.layout.pageSize else { return false }
        if let page = source.page(number), page.isAccountedFor { return true }
        guard bytes.contains(where: { $0 != 0 }) else { return false }
        let next = bytes[..<4].reduce(0) { $0 << 8 | Int($1) }
        return next <= source.count
    }
}
