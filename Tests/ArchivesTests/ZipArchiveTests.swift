import Archives
import Support
import Testing

struct ZipArchiveTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func archive(_ bytes: [UInt8]) throws -> ZipArchive {
        let path = folder.file("a.zip")
        try Files.write(bytes, to: path)
        return try ZipArchive(path: path)
    }

    private static func contents(of name: String, in archive: ZipArchive) throws -> [UInt8] {
        guard let entry = try archive.entries(where: { $0 == name }).first else { throw NoSuchEntry() }
        let contents = try archive.contents(of: entry)
        var bytes: [UInt8] = []
        while true {
            let piece = try contents.next()
            #expect(piece.count <= 65_536)
            if piece.isEmpty { return bytes }
            bytes += piece
        }
    }

    private struct NoSuchEntry: Error {}

    private static let long = Array(String(repeating: "All work and no play. ", count: 40_000).utf8)

    @Test(arguments: [false, true])
    func `what was put in comes out`(isDeflated: Bool) throws {
        for contents in [[], Array("short".utf8), Self.long] {
            let zip = ZipMaker.zip(["a/b.txt": contents, "c": [1]], deflated: isDeflated)
            #expect(try Self.contents(of: "a/b.txt", in: try archive(zip)) == contents)
        }
    }

    @Test func `names are listed, and those that are not wanted left out`() throws {
        let zip = try archive(ZipMaker.zip(["b": [1], "a/ü.json": [2], "c": []]))
        #expect(try zip.entries { $0 != "c" }.map(\.name) == ["a/ü.json", "b"])
    }

    @Test func `numbers beyond four gigabytes stand in records of their own`() throws {
        let zip = try archive(ZipMaker.zip(["a": Self.long], deflated: true, long: true))
        #expect(try Self.contents(of: "a", in: zip) == Self.long)
    }

    @Test func `what would reach beyond the file is damage before it is read`() throws {
        let zip = ZipMaker.zip(["a": [1], "b": [2]], long: true, packedSize: .max)
        let archive = try archive(zip)
        #expect(throws: ZipError(path: folder.file("a.zip"), reason: .damagedList)) {
            try archive.entries { _ in true }
        }
    }

    @Test func `a remark behind the list is passed over`() throws {
        let zip = try archive(ZipMaker.zip(["a": [7]], remark: "PK\u{5}\u{6} is how the end begins"))
        #expect(try Self.contents(of: "a", in: zip) == [7])
    }

    @Test func `a changed byte is told, whatever is changed`() throws {
        let contents = Array("It is what it is, and no more than that. It is what it is.".utf8)
        for isDeflated in [false, true] {
            let zip = ZipMaker.zip(["a": contents], deflated: isDeflated)
            for index in zip.indices {
                var changed = zip
                changed[index] ^= 0x55
                // Times, versions and the like mean nothing here. All that is read is right, or an error.
                if let read = try? Self.contents(of: "a", in: try archive(changed)) { #expect(read == contents) }
            }
        }
    }

    @Test func `a zip that was cut is none`() throws {
        let zip = ZipMaker.zip(["a": Self.long], deflated: true)
        for length in [0, 1, 21, 22, zip.count / 2, zip.count - 1] {
            #expect(throws: ZipError(path: folder.file("a.zip"), reason: .noZip)) {
                try archive(Array(zip.prefix(length)))
            }
        }
    }

    @Test func `an encrypted file and an unknown method are named`() throws {
        let path = folder.file("a.zip")
        let encrypted = try archive(ZipMaker.zip(["a": [1]], flags: 1))
        let entry = try #require(try encrypted.entries { _ in true }.first)
        #expect(throws: ZipError(path: path, entry: "a", reason: .encrypted)) { try encrypted.contents(of: entry) }
        let unknown = try archive(ZipMaker.zip(["a": [1]], method: 93))
        let other = try #require(try unknown.entries { _ in true }.first)
        #expect(throws: ZipError(path: path, entry: "a", reason: .unknownMethod(93))) {
            try unknown.contents(of: other)
        }
    }

    @Test func `more than the list promises is damage, and is not handed over`() throws {
        // A bomb: the list says one byte, and there would be a million.
        let bomb = ZipMaker.zip(["a": [UInt8](repeating: 0, count: 1_000_000)], deflated: true, size: 1)
        #expect(throws: ZipError(path: folder.file("a.zip"), entry: "a", reason: .damaged)) {
            try Self.contents(of: "a", in: try archive(bomb))
        }
    }

    @Test func `a folder and a file that is not there are told of`() {
        #expect(throws: ZipError.self) { try ZipArchive(path: folder.path) }
        #expect(throws: ZipError(path: folder.file("no"), reason: .cannotRead(number: 2))) {
            try ZipArchive(path: folder.file("no"))
        }
    }
}
