import Glibc

/// A disk as a program's calls leave it, and as a power cut may find it.
///
/// What it takes for granted is what POSIX and SQLite's "Atomic Commit" (<https://www.sqlite.org/atomiccommit.html>,
/// section 2) take for granted, and no more:
/// - What was written to a file before the last fsync of it is there, and its size.
/// - Of what was written since, any 512-byte sectors may be there, in any order, and others not; within one sector a
///   write is there or not. The file may have grown without its new bytes: what stands there then is anything.
/// - Bytes outside of what was written stay as they are: powersafe overwrite, which SQLite assumes of every disk unless
///   told otherwise. <https://www.sqlite.org/psow.html>
/// - A name is in its folder, or gone from it, for certain only once the folder itself was synced; until then those of a
///   folder come and go in order. Syncing a file does not keep its name. (Usual file systems promise more.)
///
/// Of this the outages `nothing`, `namesOnly` and `everything` are the corners, `inOrder` a disk that writes one thing after
/// the other and is cut in the middle of one, and `scattered` all the rest, by chance.
package struct SimulatedDisk: Sendable {
    /// What of the unsynced is there after a power cut.
    package enum Outage: String, CaseIterable, Sendable {
        /// No content, no names.
        case nothing
        /// No content, all names.
        case namesOnly
        /// All: the program alone was cut.
        case everything
        /// All up to some change, which is torn.
        case inOrder
        /// Any sectors of any changes; some of the names.
        case scattered
    }

    private struct Change {
        enum Kind {
            case write(offset: Int, bytes: [UInt8])
            case truncate(size: Int)
        }
        var number: Int
        var kind: Kind
    }

    private struct File {
        var durable: [UInt8]
        var current: [UInt8]
        var pending: [Change] = []
    }

    private enum Entry {
        case folder
        case file(Int)
    }

    /// What one call does to names: all of it or none.
    private struct Renaming {
        var number: Int
        var edits: [(path: String, entry: Entry?)]
    }

    private var files: [File] = []
    /// The place in `files` of what has this inode now.
    private var inodes: [UInt64: Int] = [:]
    private var durableNames: [String: Entry] = [:]
    private var names: [String: Entry] = [:]
    private var pendingNames: [Renaming] = []
    private var changes = 0
    private let ignoresSyncs: Bool

    private static let sector = 512

    /// The folder as it is, all of it durable.
    ///
    /// - Parameter ignoresSyncs: Like a disk that lies: nothing more is ever durable.
    package init(folder: String, ignoresSyncs: Bool = false) throws {
        self.ignoresSyncs = ignoresSyncs
        let image = try DiskImage(of: folder)
        for path in image.folders { names[path] = .folder }
        for (path, bytes) in image.files {
            var status = stat()
            guard unsafe lstat(folder + "/" + path, &status) == 0 else { throw SystemFailure("stat \(path)") }
            inodes[UInt64(status.st_ino)] = files.count
            names[path] = .file(files.count)
            files.append(File(durable: bytes, current: bytes))
        }
        durableNames = names
    }

    // MARK: - What the program does

    package mutating func apply(_ event: DiskLog.Event) {
        changes += 1
        switch event {
        case .create(let inode, let path):
            inodes[inode] = files.count
            rename([(path, .file(files.count))])
            files.append(File(durable: [], current: []))
        case .write(let inode, let offset, let bytes): change(inode, .write(offset: offset, bytes: bytes))
        case .truncate(let inode, let size): change(inode, .truncate(size: size))
        case .sync(let inode): if !ignoresSyncs { sync(inode) }
        case .syncFolder(let path): if !ignoresSyncs { syncNames(in: path) }
        case .unlink(let path): rename([(path, nil)])
        case .rename(let path, let target): rename([(path, nil), (target, names[path])])
        case .link(let path, let target): rename([(target, names[path])])
        case .makeFolder(let path): rename([(path, .folder)])
        case .failed, .output, .request: break
        }
    }

    private mutating func change(_ inode: UInt64, _ kind: Change.Kind) {
        guard let index = inodes[inode] else { preconditionFailure("a change to a file that nobody made") }
        files[index].pending.append(Change(number: changes, kind: kind))
        Self.apply(kind, to: &files[index].current)
    }

    private static func apply(_ kind: Change.Kind, to content: inout [UInt8]) {
        switch kind {
        case .truncate(let size):
            content.removeLast(max(content.count - size, 0))
            content += [UInt8](repeating: 0, count: size - content.count)
        case .write(let offset, let bytes):
            let end = offset + bytes.count
            if content.count < end { content += [UInt8](repeating: 0, count: end - content.count) }
            content.replaceSubrange(offset..<end, with: bytes)
        }
    }

    private mutating func sync(_ inode: UInt64) {
        guard let index = inodes[inode] else { preconditionFailure("a sync of a file that nobody made") }
        files[index].durable = files[index].current
        files[index].pending = []
    }

    private mutating func rename(_ edits: [(path: String, entry: Entry?)]) {
        let renaming = Renaming(number: changes, edits: edits)
        pendingNames.append(renaming)
        Self.apply(renaming, to: &names)
    }

    private static func apply(_ renaming: Renaming, to names: inout [String: Entry]) {
        for edit in renaming.edits { names[edit.path] = edit.entry }
    }

    private mutating func syncNames(in folder: String) {
        for renaming in pendingNames where renaming.edits.contains(where: { Self.parent(of: $0.path) == folder }) {
            Self.apply(renaming, to: &durableNames)
        }
        pendingNames.removeAll { $0.edits.contains { Self.parent(of: $0.path) == folder } }
    }

    private static func parent(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }

    // MARK: - What a power cut leaves

    /// What the next start finds if the power is cut now.
    ///
    /// The -shm file is left out: it is no durable state, and whoever opens the database first empties it.
    package func image(after outage: Outage, using generator: inout SeededGenerator) -> DiskImage {
        let last = Int.random(in: 0...changes, using: &generator)
        var image = DiskImage()
        let left = names(after: outage, last: last, using: &generator)
        for (path, entry) in left.sorted(by: { $0.key < $1.key }) where Self.isReachable(path, in: left) {
            switch entry {
            case .folder: image.folders.append(path)
            case .file(let index) where !path.hasSuffix("-shm"):
                image.files[path] = Self.content(of: files[index], after: outage, last: last, using: &generator)
            case .file: break
            }
        }
        return image
    }

    private static func isReachable(_ path: String, in names: [String: Entry]) -> Bool {
        let parent = parent(of: path)
        if parent.isEmpty { return true }
        guard case .folder = names[parent] else { return false }
        return isReachable(parent, in: names)
    }

    private func names(
        after outage: Outage, last: Int, using generator: inout SeededGenerator
    ) -> [String: Entry] {
        switch outage {
        case .nothing: return durableNames
        case .namesOnly, .everything: return names
        case .inOrder, .scattered:
            let latest = outage == .inOrder ? last : Int.random(in: 0...changes, using: &generator)
            var left = durableNames
            for renaming in pendingNames where renaming.number <= latest { Self.apply(renaming, to: &left) }
            return left
        }
    }

    private static func content(
        of file: File, after outage: Outage, last: Int, using generator: inout SeededGenerator
    ) -> [UInt8] {
        switch outage {
        case .nothing, .namesOnly: return file.durable
        case .everything: return file.current
        case .inOrder:
            var content = file.durable
            for change in file.pending where change.number <= last {
                apply(change.number < last ? change.kind : torn(change.kind, using: &generator), to: &content)
            }
            return content
        case .scattered: return scattered(file, using: &generator)
        }
    }

    /// The first sectors of a write.
    private static func torn(_ kind: Change.Kind, using generator: inout SeededGenerator) -> Change.Kind {
        guard case .write(let offset, let bytes) = kind else { return kind }
        let borders = stride(from: offset / sector * sector + sector, to: offset + bytes.count, by: sector)
        let border = Array(borders).randomElement(using: &generator) ?? offset
        return .write(offset: offset, bytes: Array(bytes.prefix(border - offset)))
    }

    private static func scattered(_ file: File, using generator: inout SeededGenerator) -> [UInt8] {
        let luck = Double.random(in: 0.05...0.95, using: &generator)
        let garbage: UInt8? = Bool.random(using: &generator) ? .random(in: 1...255, using: &generator) : nil
        var content = file.durable
        for change in file.pending {
            switch change.kind {
            case .truncate: if isLucky(luck, &generator) { apply(change.kind, to: &content) }
            case .write(let offset, let bytes):
                var start = 0
                while start < bytes.count {
                    let end = min(((offset + start) / sector + 1) * sector - offset, bytes.count)
                    let isThere = isLucky(luck, &generator)
                    // The size may have come without the bytes.
                    if isThere || isLucky(0.3, &generator), content.count < offset + end {
                        content += [UInt8](repeating: garbage ?? 0, count: offset + end - content.count)
                    }
                    if isThere { content.replaceSubrange(offset + start..<offset + end, with: bytes[start..<end]) }
                    start = end
                }
            }
        }
        return content
    }

    private static func isLucky(_ luck: Double, _ generator: inout SeededGenerator) -> Bool {
        Double.random(in: 0..<1, using: &generator) < luck
    }
}
