import Migrations
import Support
import Testing

/// The folder of migrations and the list in the program are the same.
@Outside
struct MigrationListTests {
    /// This file is Tests/MigrationsTests/MigrationListTests.swift of the package.
    nonisolated static let folder: String = {
        let package = #filePath.split(separator: "/").dropLast(3)
        return "/" + package.joined(separator: "/") + "/Migrations"
    }()

    @Test func `every file is in the program, byte for byte`() throws {
        let files = try Files.names(in: Self.folder).filter { $0.hasSuffix(".sql") }
        let listed = Migration.all.map { String("000\($0.version)".suffix(4)) + "_\($0.name).sql" }
        #expect(files == listed)
        for (file, migration) in zip(files, Migration.all) {
            #expect(try Files.text(Self.folder + "/" + file) == migration.sql)
        }
    }

    @Test func `versions count up from one`() {
        #expect(Migration.all.map(\.version) == Array(1...Migration.all.count))
    }

    /// A migration that has landed is never edited: the checksum in the list says which text it was.
    @Test(arguments: Migration.all.indices)
    func `a migration is the one that its checksum was taken of`(index: Int) throws {
        let migration = Migration.all[index]
        let file = Self.folder + "/" + String("000\(migration.version)".suffix(4)) + "_\(migration.name).sql"
        let sum = try RunningProgram(command: "sha256sum", file).finish()
        #expect(sum.output.prefix(64) == migration.checksum)
    }
}
