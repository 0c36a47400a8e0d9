/// What the disk recorder wrote down, in the order in which it happened.
package struct DiskLog: Sendable {
    package struct Record: Sendable {
        package var event: Event
        /// In microseconds, by a clock that nobody sets.
        package var time: UInt64
    }

    /// Files are named by their inode, which may be given again once a file is gone; paths are below the folder.
    package enum Event: Equatable, Sendable {
        case create(file: UInt64, path: String)
        case write(file: UInt64, offset: Int, bytes: [UInt8])
        case truncate(file: UInt64, size: Int)
        case sync(file: UInt64)
        case syncFolder(path: String)
        case unlink(path: String)
        case rename(path: String, to: String)
        case link(path: String, to: String)
        case makeFolder(path: String)
        /// A change came to nothing.
        case failed
        /// The program wrote this to its standard output.
        case output([UInt8])
        /// The program turned to a server.
        case request

        var isChange: Bool {
            switch self {
            case .create, .write, .truncate, .sync, .syncFolder, .unlink, .rename, .link, .makeFolder, .failed: true
            case .output, .request: false
            }
        }
    }

    package struct Malformed: Error {
        package var offset: Int
    }

    package private(set) var records: [Record] = []

    /// How many times the program was about to change its files, as ``DiskRecorder/End`` counts them.
    package var changes: Int { records.count { $0.event.isChange } }

    /// - Throws: `Malformed` where the bytes are no log.
    package init(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let start = rest.startIndex
            guard let record = Self.record(&rest) else { throw Malformed(offset: start) }
            records.append(record)
        }
    }

    /// As `struct disk_record` of Tests/DiskRecorder/include/DiskRecorder.h has it.
    private static func record(_ rest: inout ArraySlice<UInt8>) -> Record? {
        guard rest.count >= headSize else { return nil }
        var head = rest.prefix(headSize)
        rest = rest.dropFirst(headSize)
        let kind = take(4, of: &head) & 0xFF
        let sizes = (0..<3).map { _ in Int(take(4, of: &head)) }
        let (file, offset, time) = (take(8, of: &head), take(8, of: &head), take(8, of: &head))
        guard rest.count >= sizes.reduce(0, +) else { return nil }
        let parts = sizes.map { size -> [UInt8] in
            defer { rest = rest.dropFirst(size) }
            return Array(rest.prefix(size))
        }
        let path = String(decoding: parts[0], as: UTF8.self)
        let second = String(decoding: parts[1], as: UTF8.self)
        let event: Event
        switch Unicode.Scalar(UInt8(kind)) {
        case "c": event = .create(file: file, path: path)
        case "w": event = .write(file: file, offset: Int(offset), bytes: parts[2])
        case "t": event = .truncate(file: file, size: Int(offset))
        case "s": event = .sync(file: file)
        case "d": event = .syncFolder(path: path)
        case "u": event = .unlink(path: path)
        case "r": event = .rename(path: path, to: second)
        case "l": event = .link(path: path, to: second)
        case "m": event = .makeFolder(path: path)
        case "f": event = .failed
        case "o": event = .output(parts[2])
        case "q": event = .request
        default: return nil
        }
        return Record(event: event, time: time)
    }

    private static let headSize = 40

    private static func take(_ size: Int, of bytes: inout ArraySlice<UInt8>) -> UInt64 {
        defer { bytes = bytes.dropFirst(size) }
        return bytes.prefix(size).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
