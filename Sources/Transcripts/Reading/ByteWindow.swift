private import Glibc

/// Where bytes come from, piece by piece.
protocol ByteSource {
    /// Reads what comes next.
    ///
    /// - Returns: how many bytes came: 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

extension InputFile: ByteSource {}

/// A window that is moved along an input: it holds what has been read and not passed over yet.
package struct ByteWindow {
    private let source: any ByteSource
    private var storage: [UInt8]
    private var held: Range<Int>
    /// How many bytes have been passed over.
    package private(set) var offset = 0

    private static let pieceLength = 1 << 18

    package init(_ input: InputFile) {
        self.init(input, beginning: input.beginning)
    }

    /// - Parameter beginning: What has been taken from the source already.
    init(_ source: any ByteSource, beginning: [UInt8] = []) {
        self.source = source
        storage = beginning
        held = storage.indices
    }

    /// What is held. Let go of it before the window is moved: it would be copied.
    package var bytes: ArraySlice<UInt8> { storage[held] }

    package var count: Int { held.count }

    /// Reads on, and holds that as well.
    ///
    /// - Returns: false at the end of the input.
    package mutating func extend() throws -> Bool {
        makeRoom()
        let end = held.upperBound
        let source = source
        let count = try unsafe storage.withUnsafeMutableBytes { buffer in
            unsafe try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[end...]))
        }
        held = held.lowerBound..<end + count
        return count > 0
    }

    /// Passes over the first so many of what is held.
    package mutating func drop(_ count: Int) {
        held = held.lowerBound + count..<held.upperBound
        offset += count
    }

    /// Reads to the end, and gives all that is held then.
    package mutating func readAll() throws -> ArraySlice<UInt8> {
        while try extend() {}
        return bytes
    }

    private mutating func makeRoom() {
        guard storage.count - held.upperBound < Self.pieceLength else { return }
        if held.count <= held.lowerBound {
            let held = held
            unsafe storage.withUnsafeMutableBytes { buffer in
                guard let base = buffer.baseAddress else { return }
                _ = unsafe memcpy(base, base + held.lowerBound, held.count)
            }
            self.held = 0..<held.count
        }
        let missing = held.upperBound + Self.pieceLength - storage.count
        // Twice as much each time: a long record is not copied for every piece of it.
        if missing > 0 { storage.append(contentsOf: [UInt8](repeating: 0, count: max(missing, storage.count))) }
    }
}
