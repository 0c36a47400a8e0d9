import Testing

@testable import Providers

/// The English script checked against what the machine promises: a slip in two thousand lines of data is found here.
struct ElizaScriptTests {
    let script = Eliza.Script.english

    /// The rules with the sentences they may say.
    var sentences: [(rule: Eliza.Rule, template: Eliza.Template)] {
        script.rules.flatMap { rule in rule.templates.map { (rule, $0) } }
    }

    @Test func `the script is large enough for a conversation`() {
        #expect(script.keywords.count >= 40)
        #expect(sentences.count >= 120)
    }

    @Test func `every place in a sentence has an element of the pattern`() {
        for (rule, template) in sentences {
            let places = 1...max(1, rule.pattern.numbered.count)
            for number in template.numbers {
                #expect(
                    places.contains(number) && !rule.pattern.numbered.isEmpty,
                    "\(rule.pattern.source): \(template.source)")
            }
        }
    }

    @Test func `sentences begin with a capital, end with a full stop and hold no odd spaces`() {
        for (_, template) in sentences {
            let scalars = template.source.unicodeScalars
            #expect(scalars.first?.properties.isUppercase == true, "\(template.source)")
            #expect(scalars.last.map { ".?!…".unicodeScalars.contains($0) } == true, "\(template.source)")
            #expect(!template.source.contains("  "), "\(template.source)")
            #expect(scalars.allSatisfy { $0.properties.generalCategory != .control }, "\(template.source)")
        }
    }

    @Test func `no sentence can grow beyond 400 characters`() {
        for (rule, template) in sentences {
            let longest = template.parts.reduce(0) { length, part in
                switch part {
                case .text(let text): length + text.unicodeScalars.count
                case .segment(let number): length + (rule.pattern.numbered.dropFirst(number - 1).first?.longest ?? 0)
                }
            }
            #expect(longest <= 400, "\(template.source)")
        }
    }

    @Test func `no sentence stands in the script twice`() {
        let said = sentences.map(\.template.source).filter { !$0.isEmpty }
        let twice = Dictionary(grouping: said) { $0 }.filter { $0.value.count > 1 }.keys
        #expect(twice.sorted() == [])
    }

    @Test func `every rule has something to say, and never only one thing`() {
        for rule in script.rules {
            #expect(!rule.replies.isEmpty, "\(rule.pattern.source)")
            #expect(rule.templates.count != 1 || rule.replies.count > 1, "\(rule.pattern.source)")
        }
    }

    @Test func `links lead to keywords`() {
        for case .link(let word) in script.rules.flatMap(\.replies) {
            #expect(!script.keywords(for: word).isEmpty, "\(word)")
        }
    }

    @Test func `every word of the script is one that can be heard`() {
        let patterns = script.rules.map(\.pattern) + script.unmemorable
        for word in script.keywords.flatMap(\.words) + patterns.flatMap(\.allWords) {
            #expect(Eliza.Utterance(word).clauses.map { $0.words.map(\.key) } == [[word]], "\(word)")
        }
    }

    @Test func `every keyword is found, and every rule of it fits before another one takes its turn`() {
        for (number, keyword) in script.keywords.enumerated() {
            for rule in keyword.rules {
                let reached = rule.examples(with: keyword).contains { example in
                    guard let clause = Eliza.Utterance(example).clauses.first else { return false }
                    let first = keyword.rules.first { $0.pattern.match(clause.words) != nil }
                    return first?.place == rule.place && script.keywords(in: clause, ranked: (-1)...).contains(number)
                }
                #expect(reached, "\(keyword.words[0]): \(rule.pattern.source)")
            }
        }
    }

    @Test func `places count the rules`() {
        #expect(script.rules.map(\.place) == Array(script.rules.indices))
    }
}

extension Eliza.Rule {
    fileprivate var templates: [Eliza.Template] {
        replies.compactMap { if case .say(let template) = $0 { template } else { nil } }
    }

    /// Sentences that the pattern was written for: one for each of its alternatives, with less or more around it.
    fileprivate func examples(with keyword: Eliza.Keyword) -> [String] {
        let most = pattern.elements.map { if case .word(let choices) = $0 { choices.count } else { 1 } }.max() ?? 1
        return (0..<most).flatMap { turn in
            let around = ["", "marbles", keyword.words[turn % keyword.words.count]]
            return around.flatMap { opening in
                around.map { example(turn: turn, opening: opening, rest: $0) }
            }
        }
    }

    private func example(turn: Int, opening: String, rest: String) -> String {
        let words = pattern.elements.enumerated().map { place, element in
            switch element {
            case .gap(0): place == 0 ? opening : rest
            case .gap: "marbles"
            case .word(let choices): choices[turn % choices.count]
            }
        }
        return words.filter { !$0.isEmpty }.joined(separator: " ")
    }
}

extension Eliza.Template {
    fileprivate var numbers: [Int] {
        parts.compactMap { if case .segment(let number) = $0 { number } else { nil } }
    }
}

extension Eliza.Pattern {
    fileprivate var allWords: [String] {
        elements.flatMap { if case .word(let choices) = $0 { choices } else { [String]() } }
    }
}

extension Eliza.Pattern.Element {
    /// The longest echo of it, in scalars; a word may grow a little when it is turned round.
    fileprivate var longest: Int {
        switch self {
        case .gap: Eliza.Echo.longest
        case .word(let choices): (choices.map(\.unicodeScalars.count).max() ?? 0) + 4
        }
    }
}
