/// Where bytes are cut before they are sent. The client's system may still join neighbours; a gate between them keeps
/// them apart.
package enum Cut: Sendable {
    case nowhere
    /// Into pieces of so many bytes, the last may be shorter.
    case every(Int)
    /// Into pieces of these sizes, and what is left.
    case sizes([Int])
    /// A response behind its head and behind each of its chunks.
    case chunks

    package func pieces(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        switch self {
        case .nowhere: [bytes[...]]
        case .every(let size): Self.cut(bytes, at: stride(from: size, to: bytes.count, by: size))
        case .sizes(let sizes):
            Self.cut(
                bytes,
                at: sizes.indices.map { sizes[...$0].reduce(0, +) })
        case .chunks: Self.cut(bytes, at: Self.chunkEnds(of: bytes))
        }
    }

    private static func cut(_ bytes: [UInt8], at places: some Sequence<Int>) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var rest = bytes[...]
        for place in places where place > rest.startIndex && place < bytes.count {
            pieces.append(rest[..<place])
            rest = rest[place...]
        }
        return pieces + [rest]
    }

    private static func chunkEnds(of response: [UInt8]) -> [Int] {
        var ends: [Int] = []
        var line: [UInt8] = []
        var index = 0
        var isInHead = true
        while index < response.count {
            line.append(response[index])
            index += 1
            guard line.suffix(2).elementsEqual("\r\n".utf8) else { continue }
            if isInHead {
                isInHead = line.count > 2
                if !isInHead { ends.append(index) }
            } else if let size = Int(String(decoding: line.dropLast(2), as: UTF8.self), radix: 16), size > 0 {
                index = min(index + size + 2, response.count)
                ends.append(index)
            }
            line = []
        }
        return ends
    }
}
