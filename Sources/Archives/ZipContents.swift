internal import CZlib

/// A file in a zip, unpacked piece by piece, in as little memory whatever its size.
@safe package final class ZipContents {
    private let entry: ZipEntry
    private let file: ArchiveFile
    /// Where the next packed byte is, and how many are left.
    private var position: Int
    private var packedLeft: Int
    private var sizeLeft: Int
    private var checksum: UInt = 0
    private let stream: UnsafeMutablePointer<z_stream>?
    private var input: [UInt8] = []
    private var inputIndex = 0
    private var isInflated = false
    private var isAtEnd = false

    private static let pieceBytes = 65_536
    private static let headerLength = 30

    init(of entry: ZipEntry, in file: ArchiveFile) throws(ZipError) {
        let reason: ZipError.Reason? =
            switch entry.method {
            case _ where entry.isEncrypted: .encrypted
            case .unknown(let number): .unknownMethod(number)
            case .stored where entry.size != entry.packedSize: .damagedList
            case .stored, .deflated: nil
            }
        if let reason { throw ZipError(path: file.path, entry: entry.name, reason: reason) }
        // The list has its name and sizes, the header here names of a length of their own.
        let header = try file.bytes(at: entry.offset, count: Self.headerLength)
        guard header.number32(at: 0) == 0x0403_4B50 else {
            throw ZipError(path: file.path, entry: entry.name, reason: .damagedList)
        }
        self.entry = entry
        self.file = file
        position = entry.offset + Self.headerLength + header.number16(at: 26) + header.number16(at: 28)
        packedLeft = entry.packedSize
        sizeLeft = entry.size
        if entry.method == .deflated {
            let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
            unsafe stream.initialize(to: z_stream())
            precondition(unsafe parley_inflate_init_raw(stream) == Z_OK, "out of memory")
            unsafe self.stream = stream
        } else {
            unsafe stream = nil
        }
    }

    deinit {
        guard let stream = unsafe stream else { return }
        _ = unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// How many of its bytes in the zip have been read.
    package var packedBytesRead: Int { entry.packedSize - packedLeft }

    /// The next piece, at most 64 KiB; empty at the end.
    ///
    /// - Throws: ``ZipError`` with ``ZipError/Reason/damaged`` where the length or the checksum is another than the
    ///   list's, no later than at the end: whoever has not read so far knows nothing of what follows.
    package func next() throws(ZipError) -> [UInt8] {
        guard !isAtEnd else { return [] }
        let piece = unsafe stream == nil ? try stored() : try inflated()
        guard piece.count <= sizeLeft else { throw damage }
        sizeLeft -= piece.count
        checksum = unsafe piece.withUnsafeBufferPointer {
            unsafe UInt(crc32(uLong(checksum), $0.baseAddress, uInt($0.count)))
        }
        if piece.isEmpty {
            isAtEnd = true
            guard sizeLeft == 0, packedLeft == 0, checksum == UInt(entry.checksum) else { throw damage }
        }
        return piece
    }

    private var damage: ZipError { ZipError(path: file.path, entry: entry.name, reason: .damaged) }

    /// As many packed bytes as a piece has; none at their end.
    private func stored() throws(ZipError) -> [UInt8] {
        let count = min(packedLeft, Self.pieceBytes)
        let piece = try file.bytes(at: position, count: count)
        position += count
        packedLeft -= count
        return piece
    }

    /// A piece of what the packed bytes mean; none at their end.
    private func inflated() throws(ZipError) -> [UInt8] {
        var piece: [UInt8] = []
        while piece.isEmpty && !isInflated {
            if inputIndex == input.count && packedLeft > 0 {
                input = try stored()
                inputIndex = 0
            }
            switch inflate(into: &piece) {
            case Z_OK: break
            case Z_STREAM_END where inputIndex == input.count: isInflated = true
            // It says something else than deflate, or not its end; or what is left of the input belongs to nothing.
            default: throw damage
            }
        }
        return piece
    }

    private func inflate(into piece: inout [UInt8]) -> Int32 {
        guard let stream = unsafe stream else { return Z_STREAM_ERROR }
        var code = Z_OK
        let start = inputIndex
        unsafe input.withUnsafeMutableBufferPointer { packed in
            piece = unsafe [UInt8](unsafeUninitializedCapacity: Self.pieceBytes) { output, count in
                unsafe stream.pointee.next_in = packed.baseAddress.map { unsafe $0 + start }
                unsafe stream.pointee.avail_in = uInt(packed.count - start)
                unsafe stream.pointee.next_out = output.baseAddress
                unsafe stream.pointee.avail_out = uInt(Self.pieceBytes)
                code = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
                count = unsafe Self.pieceBytes - Int(stream.pointee.avail_out)
            }
            inputIndex = unsafe packed.count - Int(stream.pointee.avail_in)
        }
        return code
    }
}
