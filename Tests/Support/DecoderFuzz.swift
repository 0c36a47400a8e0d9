import Providers

/// Damaged streams, each with what must hold for it: what had come before the damage is given as it was, however the
/// stream is cut, and reading comes to an end.
package struct DecoderFuzz {
    /// What did not hold, with what it takes to see it again.
    package struct Finding: Error, CustomStringConvertible {
        package let description: String
    }

    package private(set) var streams = 0
    package private(set) var bytes = 0
    package private(set) var events = 0
    /// Streams by how they ended: `answer`, `failure`, `torn`, `unreadable`, `limit`.
    package private(set) var endings: [String: Int] = [:]

    private let bodies: [(name: String, body: [UInt8], judge: WireJudge)]
    private let seed: UInt64

    package init(seed: UInt64) throws {
        self.seed = seed
        bodies = try Recording.names.map { try Recording($0) }.filter { !$0.isCompressed }.map {
            ($0.name, $0.body, WireJudge($0.body))
        }
    }

    /// Damages and reads one more stream.
    package mutating func run() throws {
        var mutator = StreamMutator(seed: seed &+ UInt64(streams) &* 0x9E37_79B9)
        streams += 1
        let chosen = bodies[Int.random(in: bodies.indices, using: &mutator.generator)]
        let (stream, intact) = mutator.damaged(chosen.body, or: bodies.map(\.body))
        // A small limit now and then, so that what is over it is met too.
        let limits = Int.random(in: 0..<8, using: &mutator.generator) == 0 ? ReplyLimits(reply: 64) : ReplyLimits()

        let whole = ReadReply(stream, limits: limits)
        let cut = ReadReply(mutator.pieces(of: stream), limits: limits)
        var finding = whole == cut ? nil : "the pieces matter"
        let expected = chosen.judge.texts(in: intact)
        if whole.failure == nil, !whole.texts.starts(with: expected) { finding = "text from before the damage is lost" }
        if whole.events.count > stream.count + 1 { finding = "there are more events than bytes" }
        if whole.failure == nil, !Self.isEnding(whole.events.last) { finding = "there is no end" }
        if whole.events.dropLast().contains(where: { Self.isEnding($0) }) { finding = "something comes after the end" }
        if let finding {
            throw Finding(
                description: "\(finding): \(chosen.name), seed \(seed), stream \(streams), intact \(intact):\n"
                    + String(decoding: stream, as: UTF8.self))
        }
        count(whole, stream.count)
    }

    private mutating func count(_ reply: ReadReply, _ size: Int) {
        bytes += size
        events += reply.events.count
        let ending =
            switch reply.events.last {
            case _ where reply.failure != nil: "limit"
            case .answer: "answer"
            case .failure: "failure"
            case .torn: "torn"
            default: "unreadable"
            }
        endings[ending, default: 0] += 1
    }

    private static func isEnding(_ event: AIEngineEvent?) -> Bool {
        switch event {
        case .answer, .failure, .torn, .unreadable: true
        case .text, .note, nil: false
        }
    }
}
