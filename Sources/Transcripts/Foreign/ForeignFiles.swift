internal import Archives
internal import Conversations
private import Glibc

/// A file of an export, in its folder, in its zip, or alone.
struct ForeignFile {
    /// Nil where there are no others.
    var name: String?
    /// How many bytes become of one.
    var growth = 1.0
    fileprivate var place: Place

    fileprivate enum Place {
        case input(InputFile)
        case path(String)
        case entry(ZipEntry, ZipArchive)
    }
}

/// An export as its user has it: a file, a folder of files, or a zip, which is read as it lies.
enum ForeignFiles {
    /// Those whose names are wanted, in the order of their names; of a file that is neither folder nor zip itself.
    ///
    /// - Parameter isWanted: Is given a name without folders.
    static func files(of input: InputFile, where isWanted: (String) -> Bool) throws -> [ForeignFile] {
        if input.isFolder {
            return try sorted(
                names(in: input.path).filter(isWanted).compactMap { name in
                    let path = input.path + "/" + name
                    return isRegular(path) ? ForeignFile(name: name, place: .path(path)) : nil
                })
        }
        guard input.beginning.starts(with: ZipArchive.firstBytes) else {
            return [ForeignFile(place: .input(input))]
        }
        let archive = try ZipArchive(path: input.path)
        let entries = try archive.entries { path in
            let folders = path.split(separator: "/", omittingEmptySubsequences: false)
            // What macOS adds of its own.
            return !folders.contains("__MACOSX") && isWanted(String(folders.last ?? ""))
        }
        return sorted(
            entries.map { entry in
                ForeignFile(
                    name: entry.name, growth: Double(entry.size) / Double(max(entry.packedSize, 1)),
                    place: .entry(entry, archive))
            })
    }

    /// `x-2` before `x-10`.
    private static func sorted(_ files: [ForeignFile]) -> [ForeignFile] {
        files.sorted { one, other in
            let (one, other) = (one.name ?? "", other.name ?? "")
            return (one.utf8.count, one) < (other.utf8.count, other)
        }
    }

    /// Neither a folder nor anything that would have to be waited for, a link to such included.
    private static func isRegular(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    private static func names(in folder: String) throws(InputError) -> [String] {
        guard let stream = unsafe opendir(folder) else { throw InputError(path: folder, number: errno) }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let capacity = unsafe MemoryLayout.size(ofValue: entry.pointee.d_name)
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: capacity) { unsafe String(cString: $0) }
            }
            names.append(name)
        }
        return names
    }
}

extension ForeignFile {
    /// Opens the file at its beginning.
    func window() throws -> ByteWindow {
        switch place {
        case .input(let input): return ByteWindow(input)
        case .path(let path):
            let input = try InputFile.open(path)
            return ByteWindow(OwnedInput(input), beginning: input.beginning)
        case .entry(let entry, let archive): return ByteWindow(ZipInput(try archive.contents(of: entry)))
        }
    }

    /// When it was last written to, where that is known.
    func modifiedAt() throws -> Timestamp? {
        switch place {
        case .input(let input): return input.modifiedAt
        case .path(let path):
            let input = try InputFile.open(path)
            defer { input.close() }
            return input.modifiedAt
        case .entry: return nil
        }
    }
}

/// A file that is closed when nobody reads it any more.
private final class OwnedInput: ByteSource {
    private let input: InputFile

    init(_ input: InputFile) {
        self.input = input
    }

    deinit { input.close() }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        unsafe try input.read(into: buffer)
    }
}

/// A file in a zip, read like any other.
private final class ZipInput: ByteSource {
    private let contents: ZipContents
    private var piece: ArraySlice<UInt8> = []

    init(_ contents: ZipContents) {
        self.contents = contents
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try Task.checkCancellation()
        if piece.isEmpty { piece = try contents.next()[...] }
        let part = piece.prefix(buffer.count)
        unsafe buffer.copyBytes(from: part)
        piece.removeFirst(part.count)
        return part.count
    }
}
