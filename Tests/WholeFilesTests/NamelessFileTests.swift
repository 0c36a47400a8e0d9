import Glibc
import Support
import Testing

@testable import WholeFiles

struct NamelessFileTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private var path: String { folder.file("out.db") }

    private func begin(_ path: String? = nil, replaces: Bool = false, sparing: [String] = []) throws -> NamelessFile {
        let file = try NamelessFile(path: path ?? self.path, replaces: replaces, sparing: sparing)
        guard unsafe write(file.descriptor, "whole", 5) == 5 else { throw SystemFailure("write") }
        return file
    }

    @Test func `it has its name when it is whole, and not before`() throws {
        let file = try begin()
        #expect(!Files.exists(path))
        #expect(try Files.permissions(file.temporaryPath) == 0o600)
        try file.finish()
        #expect(try Files.names(in: folder.path) == ["out.db"])
        #expect(try Files.text(path) == "whole")
        #expect(try Files.permissions(path) == 0o600)
    }

    @Test func `what stands there is replaced only by who wants it`() throws {
        try Files.write("old", to: path)
        #expect(throws: FileError.isThere(path: path)) { try begin() }
        try begin(replaces: true).finish()
        #expect(try Files.text(path) == "whole")
    }

    @Test func `what comes to stand there meanwhile stays`() throws {
        let file = try begin()
        try Files.write("new", to: path)
        #expect(throws: FileError.isThere(path: path)) { try file.finish() }
        file.discard()
        #expect(try Files.names(in: folder.path) == ["out.db"])
        #expect(try Files.text(path) == "new")
    }

    @Test func `those that are spared are never replaced, whatever they are called`() throws {
        let spared = ["a.db", "a.db-wal"].map(folder.file)
        try Files.write("conversations", to: spared[0])
        _ = unsafe symlink(spared[0], folder.file("link"))
        for name in ["a.db", "a.db-wal", "./a.db", "link"] {
            let path = folder.file(name)
            #expect(throws: FileError.isSpared(path: path)) { try begin(path, replaces: true, sparing: spared) }
        }
        #expect(try Files.names(in: folder.path) == ["a.db", "link"])
    }

    @Test func `a folder, a pipe and a link to nowhere are no place for it`() throws {
        _ = unsafe mkfifo(folder.file("pipe"), 0o600)
        _ = unsafe symlink(folder.file("nowhere"), folder.file("link"))
        #expect(throws: FileError.isAFolder(path: folder.path)) { try begin(folder.path) }
        for name in ["pipe", "link"] {
            #expect(throws: FileError.isNoFile(path: folder.file(name))) {
                try begin(folder.file(name), replaces: true)
            }
        }
        let missing = folder.file("no/such/x")
        #expect(throws: FileError.failed(path: missing, number: ENOENT)) { try begin(missing) }
    }

    @Test func `a link is followed`() throws {
        try Files.write("old", to: path)
        _ = unsafe symlink(path, folder.file("link"))
        try begin(folder.file("link"), replaces: true).finish()
        #expect(try Files.text(path) == "whole")
        #expect(FilePath.kind(of: folder.file("link")) == .other)
    }

    @Test func `what a killed program has left is cleared away, and is in nobody's way`() throws {
        // By a program that had our number, as in a container, and by another.
        for name in [".out.db.\(getpid()).part", ".out.db.\(getpid()).part-wal", ".out.db.1.part"] {
            try Files.write("half", to: folder.file(name))
        }
        try Files.write("else", to: folder.file(".out.dbx.1.part"))
        try begin().finish()
        #expect(try Files.names(in: folder.path) == [".out.dbx.1.part", "out.db"])
    }

    @Test func `what another is still making is left alone`() throws {
        let (one, other) = (try begin(), try begin())
        #expect(one.temporaryPath != other.temporaryPath)
        try one.finish()
        #expect(throws: FileError.isThere(path: path)) { try other.finish() }
        other.discard()
        #expect(try Files.names(in: folder.path) == ["out.db"])
    }

    @Test func `a name as long as names may be has room for another`() throws {
        let path = folder.file(String(repeating: "漢", count: 85))
        try begin(path).finish()
        #expect(try Files.text(path) == "whole")
    }

    @Test func `what is thrown away leaves nothing`() throws {
        let file = try begin()
        try Files.write("log", to: file.temporaryPath + "-wal")
        file.discard()
        #expect(try Files.names(in: folder.path) == [])
    }
}
