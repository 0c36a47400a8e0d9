// A listener made of keywords and patterns, after Joseph Weizenbaum, "ELIZA – a computer program for the study of
// natural language communication between man and machine", Communications of the ACM 9(1), January 1966, pages 36–45.
// <https://doi.org/10.1145/365153.365168>
//
// The machine is his: a message is cut into clauses; the keywords of the first clause that has any are ranked; the best
// one brings patterns, the pattern that fits brings sentences, used in rotation; what the pattern caught is turned
// round
// ("my" to "your") and put into the sentence. Some remarks are kept, and brought back when there is nothing else to
// say. The script is not his: every sentence in English/ is our own.
//
// Two things differ. Keywords of courtesy ("hello", "yes") give way to whatever another clause says, so that "Hi, I
// lost my job" is not answered with a greeting; and grave ones come before everything, wherever they stand.

/// A conversation with Eliza, from its first message on.
///
/// Each reply follows from the seed and from all messages heard so far: a fresh value that hears them again ends in the
/// same state.
package struct Eliza: Sendable {
    private let script: Script
    private var rotation: Rotation
    private var generator: SplitMix64
    private var memory = Memory()
    private var previous = Utterance("")

    package init(seed: UInt64 = 1966) {
        self.init(script: .english, seed: seed)
    }

    init(script: Script, seed: UInt64) {
        self.script = script
        generator = SplitMix64(seed: seed)
        rotation = Rotation(lengths: script.rules.map(\.replies.count), startingWith: &generator)
    }

    /// Hears one message of the user and answers it.
    ///
    /// - Returns: one line of at most 400 characters, never empty. Of a very long message only the beginning counts.
    package mutating func hear(_ text: String) -> String {
        let utterance = Utterance(text)
        defer { previous = utterance }
        memory.nextMessage()
        if let occasion = utterance.wordlessness { return remark(on: occasion) }
        if let reply = answer(utterance, ranked: Rank.grave...) { return reply }
        remember(utterance)
        if utterance.repeats(previous) { return remark(on: .repetition) }
        if utterance.isShouted, !previous.isShouted { return remark(on: .shouting) }
        return answer(utterance, ranked: Rank.ordinary...) ?? answer(utterance, ranked: Rank.courtesy...)
            ?? recollection() ?? remark(on: .nothingFits)
    }

    /// Hears one message and passes over the first so many answers that she has to it; each is another than the one before,
    /// as long as there are two.
    mutating func hear(_ text: String, passingOver others: Int) -> String {
        // After a while all answers come again; what she remembers may come a few times before that.
        var left = others % 1000
        var last: String?
        for _ in 0..<left + 50 {
            var next = self
            let answer = next.hear(text)
            if answer != last {
                if left == 0 {
                    self = next
                    return answer
                }
                left -= 1
                last = answer
            }
            rotation = next.rotation
            generator = next.generator
        }
        return hear(text)
    }

    /// The reply to the first clause that has an answer among the keywords of these ranks.
    private mutating func answer(_ utterance: Utterance, ranked ranks: PartialRangeFrom<Int>) -> String? {
        for clause in utterance.clauses {
            if let reply = answer(clause, ranked: ranks) { return reply }
        }
        return nil
    }

    /// Tries the keywords of a clause, best first, each of them once: so that links in a circle come to an end.
    private mutating func answer(_ clause: Clause, ranked ranks: PartialRangeFrom<Int>) -> String? {
        var waiting = script.keywords(in: clause, ranked: ranks)
        var tried: Set<Int> = []
        while let number = waiting.popLast() {
            guard tried.insert(number).inserted,
                let (rule, segments) = fit(script.keywords[number].rules, to: clause)
            else { continue }
            switch next(of: rule) {
            case .say(let template): return template.filled(with: segments)
            case .link(let word): waiting += script.keywords(for: word)
            case .newKey: continue
            }
        }
        return nil
    }

    /// The first of the rules whose pattern fits the clause, with what it caught, turned round.
    private func fit(_ rules: [Rule], to clause: Clause) -> (rule: Rule, segments: [String])? {
        for rule in rules {
            guard let caught = rule.pattern.match(clause.words) else { continue }
            let words = Reflection.reflected(clause.words)
            return (rule, caught.map { Echo.of(words[$0]) })
        }
        return nil
    }

    private mutating func next(of rule: Rule) -> Reply {
        rule.replies[rotation.turn(rule.place)]
    }

    private mutating func remark(on occasion: Occasion) -> String {
        guard case .say(let template) = next(of: script.remarks(on: occasion)) else { return "Go on." }
        return template.filled(with: [])
    }

    /// Keeps what one statement says of something the user calls "my", as the sentence that will bring it back.
    private mutating func remember(_ utterance: Utterance) {
        for clause in utterance.clauses where !clause.isQuestion {
            guard !script.unmemorable.contains(where: { $0.match(clause.words) != nil }),
                let (rule, segments) = fit(script.memories, to: clause), memory.isNew(segments),
                case .say(let template) = next(of: rule)
            else { continue }
            memory.keep(template.filled(with: segments), about: segments)
            return
        }
    }

    /// Two times in three, when something has been kept long enough.
    private mutating func recollection() -> String? {
        guard memory.hasRecollection, generator.next() % 3 != 0 else { return nil }
        return memory.recall()
    }
}
