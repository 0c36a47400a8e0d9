import Support
import Testing

/// SQL is written in Storage and Migrations, and nowhere else.
struct RoomOfSQLTests {
    /// This file is Tests/StorageTests/RoomOfSQLTests.swift of the package.
    private static let sources: String = {
        let package = #filePath.split(separator: "/").dropLast(3)
        return "/" + package.joined(separator: "/") + "/Sources"
    }()

    /// Every Swift file in the folder and those in it.
    private static func files(in folder: String) throws -> [String] {
        try Files.names(in: folder).flatMap { name in
            let path = folder + "/" + name
            if name.hasSuffix(".swift") { return [path] }
            return name.contains(".") ? [] : try files(in: path)
        }
    }

    @Test func `no other room has SQL in it`() throws {
        let statement = #/SELECT |INSERT INTO|UPDATE .* SET|DELETE FROM/#
        let rooms = try Files.names(in: Self.sources).filter { $0 != "Storage" }
        #expect(rooms.contains("parley") && rooms.contains("Conversations") && rooms.contains("SQLite"))
        for room in rooms {
            for file in try Self.files(in: Self.sources + "/" + room) {
                for line in try Files.text(file).split(separator: "\n") {
                    #expect(line.firstMatch(of: statement) == nil, "\(file): \(line)")
                }
            }
        }
    }

    @Test func `the search for SQL finds it where it is`() throws {
        let text = try Files.text(Self.sources + "/Storage/ExchangeWriting.swift")
        #expect(text.firstMatch(of: #/INSERT INTO|UPDATE .* SET/#) != nil)
    }
}
