import Glibc
import Providers
import Support

/// How quickly a stream of AI Engine becomes text.
struct DecoderBenchmark {
    private let stream: [UInt8]
    private let events: Int

    /// Makes a stream of about that size: pieces of text as models send them, in several scripts, escaped as PHP does.
    init(megabytes: Int) {
        var generator = SeededGenerator(seed: 7)
        var stream: [UInt8] = []
        var events = 0
        while stream.count < megabytes * 1_000_000 {
            let words = (0..<Int.random(in: 4...14, using: &generator)).compactMap { _ in
                Self.words.randomElement(using: &generator)
            }
            let text = Self.escaped(words.joined(separator: " ") + " ")
            stream += "data: {\"type\":\"live\",\"data\":\"\(text)\"}\n\n".utf8
            events += 1
        }
        self.stream = stream
        self.events = events
    }

    /// Decodes it in pieces of 16 KiB, some times over, and prints the median of the times, as JSON.
    func run() throws {
        let seconds = try (0..<7).map { _ in try decodingTime() }.sorted()[3]
        Swift.print("{\"bytes\":\(stream.count),\"events\":\(events),\"seconds\":\(seconds)}")
    }

    /// In seconds of the processor.
    private func decodingTime() throws -> Double {
        let limits = ReplyLimits(reply: .max, line: 1 << 20)
        let start = clock()
        var reply = AIEngineReply(limits: limits)
        var count = 0
        var rest = stream[...]
        while !rest.isEmpty {
            let piece = rest.prefix(16_384)
            reply.receive(piece.span)
            while let event = try reply.next() {
                if case .text = event { count += 1 }
            }
            rest = rest[piece.endIndex...]
        }
        precondition(count == events, "all events are read")
        return Double(clock() - start) / Double(CLOCKS_PER_SEC)
    }

    /// Writes the stream itself to the standard output, for others to decode.
    func print() {
        var rest = stream[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { unsafe write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            guard written > 0 else { exit(1) }
            rest = rest.dropFirst(written)
        }
    }

    /// As PHP's json_encode: all that is not ASCII as `\u`, slashes too.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for unit in text.utf16 {
            switch unit {
            case 0x22, 0x5C, 0x2F: escaped += "\\\(Unicode.Scalar(UInt8(unit)))"
            case 0x0A: escaped += "\\n"
            case 0x20...0x7E: escaped.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            default: escaped += "\\u" + String(0x10000 + UInt32(unit), radix: 16).dropFirst()
            }
        }
        return escaped
    }

    private static let words = [
        "the", "a", "conversation", "of", "which", "nothing", "is", "lost", "and", "that", "can", "be", "found",
        "again",
        "when", "it", "matters,", "because", "\"remembering\"", "is/was", "hard.\n", "Let", "us", "look", "at", "each",
        "step", "in", "turn:", "first", "write,", "then", "send", "every", "message", "to", "its", "place", "before",
        "answer", "привет", "日本語", "😀", "naïve", "— so", "你好",
    ]
}
