/// Damages streams as networks, servers and plugins do, and worse; the same damage for the same seed.
package struct StreamMutator {
    package var generator: SeededGenerator

    package init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// A damaged stream, and how many of its first bytes are as they were.
    package mutating func damaged(_ stream: [UInt8], or others: [[UInt8]]) -> (stream: [UInt8], intact: Int) {
        var stream = stream
        var intact = stream.count
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            intact = min(intact, damage(&stream, others))
        }
        return (stream, intact)
    }

    /// The stream in pieces of a few bytes to a few hundred, some of them empty.
    package mutating func pieces(of stream: [UInt8]) -> [ArraySlice<UInt8>] {
        let longest = [1, 3, 16, 200, 2_000].randomElement(using: &generator) ?? 1
        var pieces: [ArraySlice<UInt8>] = []
        var rest = stream[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 0...longest, using: &generator))
            pieces.append(piece)
            rest = rest[piece.endIndex...]
        }
        return pieces
    }

    /// Does one thing, and gives where it begins.
    private mutating func damage(_ stream: inout [UInt8], _ others: [[UInt8]]) -> Int {
        let at = Int.random(in: 0...stream.count, using: &generator)
        let range = at..<Int.random(in: at...min(at + 300, stream.count), using: &generator)
        switch Int.random(in: 0..<9, using: &generator) {
        case 0 where at < stream.count: stream[at] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: stream.removeSubrange(at...)
        case 2: stream.removeSubrange(range)
        case 3:
            let other = others.randomElement(using: &generator) ?? []
            let from = Int.random(in: 0...other.count, using: &generator)
            stream.replaceSubrange(at..., with: other[from...])
        case 4: stream.insert(contentsOf: Self.noises.randomElement(using: &generator) ?? [], at: at)
        case 5: stream.insert(contentsOf: stream[range], at: at)
        case 6:
            let end = stream[at...].firstIndex(of: UInt8(ascii: "\n"))
            if let end { stream.replaceSubrange(end...end, with: Self.lineEnds.randomElement(using: &generator) ?? []) }
        case 7: stream.insert(contentsOf: Self.halves.randomElement(using: &generator) ?? [], at: at)
        default:
            for index in range { stream[index] = UInt8.random(in: .min ... .max, using: &generator) }
        }
        return at
    }

    private static let noises = [
        "<br />\n<b>Warning</b>:  Undefined variable $x in <b>/srv/x.php</b> on line <b>25</b><br />\n", "\u{FEFF}",
        "<!-- cached -->", "data: \n\n", "data:", "data: {", "data: [DONE]\n\n", ": keepalive\n\n", "\n\n",
        "event: end\n",
        "data: {\"type\":\"live\",\"data\":\"more\"}\n\n", "{\"success\":false,\"message\":\"no\"}", "\\ud83d", "\"",
        "}",
        "data: {\"type\":\"end\",\"data\":\"{}\"}\n\n", "[[[[[[[[[[[[[[[[[[", "\0", "&quot;", "<script>",
        "data: {\"type\":\"error\",\"data\":null}\n\n",
    ].map { Array($0.utf8) }

    private static let lineEnds: [[UInt8]] = ["\r", "\r\n", "\n\r", "", "\n\n", "\u{85}", "\r\r"].map { Array($0.utf8) }

    private static let halves: [[UInt8]] = [
        [0xE6, 0x97], [0xC3], [0xF0, 0x9F, 0x98], [0x80], [0xFF], [0xED, 0xA0, 0x80],
    ]
}
