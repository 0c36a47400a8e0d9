import Glibc
import Storage
import Terminal
import WholeFiles

/// A file that is written whole or not at all: it gets its name when its last byte is on the disk.
///
/// Only its owner can read it. A link is followed; what is no regular file, such as a pipe or a device, is written to
/// as it stands.
final class WholeFile: Sendable {
    private enum Place {
        /// Under another name until the end.
        case file(NamelessFile)
        /// Straight to where it goes.
        case device(Int32)
    }

    private let path: String
    private let place: Place

    /// Begins the file, under another name in the same folder.
    ///
    /// - Parameters:
    ///   - database: The database's path: neither it nor what stands beside it is ever replaced. Nil where nobody could
    ///     name it by mistake.
    ///   - signals: Who discards the file when the program is told to stop; nil where it is made in no time.
    init(path: String, replaces: Bool, database: String?, signals: Signals? = nil) throws {
        self.path = path
        if FilePath.kind(of: FilePath.followed(path)) == .other {
            let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw FileError.failed(path: path, number: errno) }
            place = .device(descriptor)
        } else {
            let spared = database.map { SQLiteConversationStore.files(of: $0) } ?? []
            let begin = { try NamelessFile(path: path, replaces: replaces, sparing: spared) }
            place = .file(try signals?.making(begin) { $0.discard() } ?? begin())
        }
    }

    private var descriptor: Int32 {
        switch place {
        case .file(let file): file.descriptor
        case .device(let descriptor): descriptor
        }
    }

    var isTerminal: Bool { TerminalDevice.isTerminal(descriptor) }

    func write(_ bytes: Span<UInt8>) throws {
        do {
            try FileWriting.write(bytes, to: descriptor)
        } catch OutputError.failed(let reason) {
            throw Failure(
                ExitStatus.inputOutput, "output", "\(path) cannot be written (\(reason)): nothing was left there")
        }
    }

    /// Puts the file in its place.
    func finish() throws {
        switch place {
        case .file(let file): try file.finish()
        case .device(let descriptor):
            guard Glibc.close(descriptor) == 0 else { throw FileError.failed(path: path, number: errno) }
        }
    }

    /// Leaves nothing behind.
    func discard() {
        if case .file(let file) = place { file.discard() }
    }
}
