package import Conversations
private import Glibc
internal import Migrations
internal import SQLite
internal import SQLiteFile
package import WholeFiles

// Salvaging a damaged database: everything that can still be read of it goes into a new one.
extension SQLiteConversationStore {
    /// Reads a damaged file, page by page and without SQLite, and writes what it finds into a new database.
    ///
    /// The damaged file and its log are read and nothing else. The new file is put in its place at the end, or
    /// discarded.
    package static func salvage(
        path: String, into file: NamelessFile, surroundings: Surroundings
    ) async throws -> SalvageReport {
        do {
            let worker = DatabaseWorker(label: "parley.salvage") {
                try Connection(path: file.temporaryPath, access: .readWrite)
            }
            let report: SalvageReport
            do {
                report = try await worker.run { connection in
                    try DatabaseSalvage(path: path, into: connection, surroundings: surroundings).run()
                }
            } catch {
                await worker.close()
                throw error
            }
            await worker.close()
            try file.finish()
            return report
        } catch {
            file.discard()
            if error is SalvageError || error is FileError || error is StoreError { throw error }
            throw StoreError(translating: error, path: file.path)
        }
    }
}

/// One salvage, from a damaged file's pages to a new database.
private struct DatabaseSalvage {
    private let path: String
    private let source: DatabasePages
    private let connection: Connection
    private let surroundings: Surroundings

    init(path: String, into connection: Connection, surroundings: Surroundings) throws {
        self.path = path
        self.connection = connection
        self.surroundings = surroundings
        do {
            // None of our files keeps bytes free at the end of its pages.
            source = try DatabasePages(path: path, reservedBytes: 0)
        } catch {
            if error.number == ENOENT || error.number == ENOTDIR { throw SalvageError.noDatabase(path: path) }
            if [EACCES, EPERM].contains(error.number) { throw StoreError.permissionDenied(path: path) }
            throw SalvageError.cannotRead(path: path, reason: SystemError(number: error.number).description)
        }
    }

    func run() throws -> SalvageReport {
        // Nobody else has the new file, and it is of no use before it is whole: what is not done is done again.
        try connection.execute("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF")
        connection.harden()
        try SchemaMigrator.migrate(connection, now: surroundings.now)
        // Rows come in any order; what refers to nothing is mended when all are there.
        connection.setEnforcesReferences(false)

        var map = PageMap(source)
        try refuseLaterTables(in: map)
        var writer = try SalvageWriter(connection, surroundings: surroundings)
        for table in SalvagedTable.all {
            try copy(table, map: &map, to: &writer)
        }
        guard writer.written > 0 else { throw SalvageError.nothingReadable(path: path) }
        var mending = SalvageMending(connection, surroundings: surroundings, report: writer.report)
        var report = try mending.run(shortened: writer.shortened)
        try connection.setIndexAside()
        try connection.catchUpIndex { _ in }

        report.unreadablePages = map.unreadablePages()
        report.inconsistentPages = map.inconsistentPages.sorted()
        report.isLogDamaged = source.log?.isDamaged ?? source.hasUnreadableLog
        report.hasChangedMeanwhile = source.hasChanged
        return report
    }

    /// Rows of so many pages are one transaction.
    private static let batch = 500

    private func copy(_ table: SalvagedTable, map: inout PageMap, to writer: inout SalvageWriter) throws {
        var rest = (map.places[table.name] ?? [])[...]
        while !rest.isEmpty {
            try connection.transaction(.immediate) {
                for place in rest.prefix(Self.batch) {
                    try copy(place, of: table, map: &map, to: &writer)
                }
            }
            rest = rest.dropFirst(Self.batch)
        }
    }

    private func copy(
        _ place: PageMap.Place, of table: SalvagedTable, map: inout PageMap, to writer: inout SalvageWriter
    ) throws {
        let kinds: [BTreePage.Kind] = table.hasRowid ? [.tableLeaf] : [.indexLeaf, .indexInterior]
        guard let page = source.page(place.page, amending: kinds) else { return writer.drop() }
        writer.drop(rows: page.damagedCells)
        let keys = KeyOrder.mended(page.cells.map { $0.rowid ?? 0 })
        for (index, cell) in page.cells.enumerated() {
            let rowid = cell.rowid.map { _ in keys[index] }
            let record = source.record(of: cell, in: page) { page, isRead in
                if isRead { map.noteOverflow(page) }
            }
            guard let record, let row = SalvagedRow(record, rowid: rowid, table: table) else {
                writer.drop()
                continue
            }
            try writer.write(row, isReachable: place.isReachable)
        }
    }

    /// A later version has columns that this one would leave behind.
    private func refuseLaterTables(in map: PageMap) throws {
        let known = Int64(Migration.all.last?.version ?? 0)
        for place in map.places[SalvagedTable.migrations.name] ?? [] {
            guard let page = source.page(place.page) else { continue }
            for cell in page.cells {
                // Only what is certainly no damage is believed.
                guard let version = cell.rowid, version > known, version < known + 100,
                    let record = source.record(of: cell, in: page), record.firstCut == nil,
                    case .text(let checksum)? = record.values.dropFirst(2).first, checksum.count == 64
                else { continue }
                throw StoreError.newerSchema(path: path, version: Int(version), known: Int(known))
            }
        }
    }
}
