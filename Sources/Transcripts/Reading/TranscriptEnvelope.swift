internal import JSON

/// What a document says of itself.
struct TranscriptEnvelope {
    private var format: JSONValue?
    private var version: JSONValue?

    static let format = "parley.transcript"
    /// The latest that can be read.
    static let version = 1

    /// Notes a member of the envelope; most are of no interest.
    mutating func take(key: ArraySlice<UInt8>, value: ArraySlice<UInt8>) {
        switch String(decoding: key, as: UTF8.self) {
        case "\"format\"": format = try? JSONValue(value)
        case "\"version\"": version = try? JSONValue(value)
        default: break
        }
    }

    /// - Throws: ``BrokenTranscripts`` where it is not ours, or of a version that is still to come.
    func check() throws {
        if let format, format.string != Self.format {
            throw BrokenTranscripts(reason: "its \"format\" is not \(Self.format)")
        }
        guard let version else { return }
        guard let number = version.integer, number >= 1 else {
            throw BrokenTranscripts(reason: "its \"version\" is no version")
        }
        if number > Self.version {
            throw BrokenTranscripts(
                reason: "it is of version \(number), and this Parley reads \(Self.version): it takes a later one")
        }
    }
}

/// Looks at the beginning of a file that begins with an object: is it an envelope, or the first of many chats, or one?
///
/// A chat a line is told by its first line: that of a document that goes on in the next line ends where more must follow.
struct EnvelopeScan {
    enum Finding {
        /// More bytes are needed to tell.
        case more
        case lines
        case sequence
        /// The first chat comes behind so many bytes.
        case envelope(length: Int)
    }

    /// Line ends within a value have been met, where they may be.
    private(set) var hasLines = false

    /// - Parameter bytes: From the object's first byte on; each time more of them.
    mutating func look(at bytes: ArraySlice<UInt8>, into envelope: inout TranscriptEnvelope) throws -> Finding {
        if !hasLines, let newline = bytes.firstIndex(of: 0x0A) {
            let finding = try find(in: bytes[..<newline], into: &envelope)
            if case .envelope = finding { return finding }
            let last = bytes[..<newline].last { $0 != 0x20 && $0 != 0x0D && $0 != 0x09 }
            guard let last, "{[,:".utf8.contains(last) else { return .lines }
            hasLines = true
        }
        return try find(in: bytes, into: &envelope)
    }

    private func find(in bytes: ArraySlice<UInt8>, into envelope: inout TranscriptEnvelope) throws -> Finding {
        var index = bytes.startIndex + 1
        while true {
            guard let quote = skipBlanks(bytes, &index), quote == UInt8(ascii: "\"") else {
                return index < bytes.endIndex ? .sequence : .more
            }
            guard let key = extent(bytes, &index) else { return .more }
            guard let colon = skipBlanks(bytes, &index) else { return .more }
            guard colon == UInt8(ascii: ":") else { return .sequence }
            index += 1
            guard let first = skipBlanks(bytes, &index) else { return .more }
            if first == UInt8(ascii: "["), key.elementsEqual("\"chats\"".utf8) {
                return .envelope(length: index + 1 - bytes.startIndex)
            }
            guard let value = extent(bytes, &index) else { return .more }
            envelope.take(key: key, value: value)
            guard let comma = skipBlanks(bytes, &index) else { return .more }
            guard comma == UInt8(ascii: ",") else { return .sequence }
            index += 1
        }
    }

    private func extent(_ bytes: ArraySlice<UInt8>, _ index: inout Int) -> ArraySlice<UInt8>? {
        var extent = JSONExtent()
        guard let end = extent.end(in: bytes, from: index) else { return nil }
        defer { index = end }
        return bytes[index..<end]
    }

    private func skipBlanks(_ bytes: ArraySlice<UInt8>, _ index: inout Int) -> UInt8? {
        while index < bytes.endIndex {
            let byte = bytes[index]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            index += 1
        }
        return nil
    }
}
