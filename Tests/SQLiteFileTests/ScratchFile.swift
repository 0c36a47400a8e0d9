import SQLite
import SQLiteFile
import Support

/// A database that SQLite itself has written, to be read without it.
struct ScratchFile {
    let folder: TemporaryFolder
    var path: String { folder.file("a.db") }
    private let connection: Connection?

    /// - Parameter keepsOpen: The connection stays, and its log with it.
    init(_ sql: String, keepsOpen: Bool = false) throws {
        folder = try TemporaryFolder()
        let opened = try Connection(path: folder.file("a.db"))
        try opened.execute(sql)
        connection = keepsOpen ? opened : nil
    }

    func pages() throws -> DatabasePages { try DatabasePages(path: path) }
}

extension DatabasePages {
    /// Every row in the tree below a page, in order: its number where it has one, then its values.
    func rows(from root: Int) -> [Row] {
        var rows: [Row] = []
        guard let page = page(root) else { return [] }
        for cell in page.cells {
            if let child = cell.leftChild { rows += self.rows(from: child) }
            if page.kind != .tableInterior, let record = record(of: cell, in: page) {
                rows.append(Row(number: cell.rowid, record: record))
            }
        }
        if let child = page.rightChild { rows += self.rows(from: child) }
        return rows
    }

    /// The rows of a table, found by its name.
    func rows(of table: String) -> [Row] {
        let schema = rows(from: 1).first { $0.record.values[1] == .text(Array(table.utf8)) }
        guard case .integer(let root)? = schema?.record.values[3] else { return [] }
        return rows(from: Int(root))
    }
}

struct Row: Equatable {
    var number: Int64?
    var record: Record
    var values: [RecordValue] { record.values }
}
