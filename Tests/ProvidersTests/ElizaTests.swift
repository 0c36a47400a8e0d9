import Testing

@testable import Providers

struct ElizaTests {
    let conversation = [
        "Hello!", "I'm feeling a bit lost today.", "My boss is always shouting", "", "It has to do with trains",
        "Blue and green", "Are you a robot?", "Blue and green, mostly", "🙂", "yes", "Perhaps", "Orchids bloom",
    ]

    @Test func `the same seed and the same words give the same replies`() {
        #expect(replies(to: conversation, seed: 7) == replies(to: conversation, seed: 7))
    }

    @Test func `another seed gives other replies somewhere`() {
        let different = Set((0..<8).map { replies(to: conversation, seed: $0) })
        #expect(different.count == 8)
    }

    @Test func `replaying what was said gives the reply that would have come`() {
        let whole = replies(to: conversation, seed: 1966)
        for length in conversation.indices {
            var eliza = Eliza()
            for text in conversation[..<length] { _ = eliza.hear(text) }
            #expect(eliza.hear(conversation[length]) == whole[length])
        }
    }

    @Test func `asked for another reply she gives one, and always the same others`() {
        for length in conversation.indices {
            var eliza = Eliza()
            for text in conversation[..<length] { _ = eliza.hear(text) }
            let answers = (0..<3).map { number in
                var copy = eliza
                return copy.hear(conversation[length], passingOver: number)
            }
            #expect(answers[0] != answers[1] && answers[1] != answers[2], "\(conversation[length])")
            var (one, other) = (eliza, eliza)
            #expect(one.hear(conversation[length]) == answers[0])
            #expect(other.hear(conversation[length], passingOver: 2) == answers[2])
        }
    }

    @Test func `a copy goes its own way`() {
        var one = Eliza()
        _ = one.hear("I want to learn the cello")
        var other = one
        _ = other.hear("Why?")
        _ = other.hear("I see")
        #expect(one.hear("I see") == replies(to: ["I want to learn the cello", "I see"], seed: 1966).last)
    }

    @Test func `the keyword with the higher rank answers`() {
        let script = Eliza.Script(keywords: [
            Eliza.Keyword("low", rank: 1, ["*": ["Low."]]),
            Eliza.Keyword("high", rank: 2, ["*": ["High."]]),
        ])
        #expect(reply(to: "low and high", script) == "High.")
        #expect(reply(to: "high and low", script) == "High.")
        #expect(reply(to: "low, high", script) == "Low.")
    }

    @Test func `of equal keywords the first in the sentence answers`() {
        let script = Eliza.Script(keywords: [
            Eliza.Keyword("one", ["*": ["One."]]), Eliza.Keyword("two", ["*": ["Two."]]),
        ])
        #expect(reply(to: "two or one", script) == "Two.")
    }

    @Test func `a courtesy gives way to what another clause says`() {
        let script = Eliza.Script(keywords: [
            Eliza.Keyword("hello", rank: Eliza.Rank.courtesy, ["*": ["Hello."]]),
            Eliza.Keyword("job", ["*": ["What job?"]]),
        ])
        #expect(reply(to: "Hello, I lost my job", script) == "What job?")
        #expect(reply(to: "Hello there", script) == "Hello.")
    }

    @Test func `something grave is heard before anything else`() {
        var eliza = Eliza()
        #expect(eliza.hear("Hello. My job is fine. I WANT TO KILL MYSELF").contains("crisis line"))
        #expect(eliza.hear("Hello. My job is fine. I WANT TO KILL MYSELF").contains("crisis line"))
    }

    @Test func `replies take turns, and all of them come before the first again`() {
        let script = Eliza.Script(keywords: [Eliza.Keyword("tea", ["*": ["One.", "Two.", "Three."]])])
        var eliza = Eliza(script: script, seed: 3)
        let said = (1...6).map { eliza.hear("tea number \($0)") }
        #expect(Set(said[..<3]).count == 3)
        #expect(said[..<3] == said[3...])
    }

    @Test func `links that go in a circle come to an end`() {
        let script = Eliza.Script(keywords: [
            Eliza.Keyword("one", ["*": [.link("two")]]), Eliza.Keyword("two", ["*": [.link("one")]]),
            Eliza.Keyword("self", ["*": [.link("self")]]), Eliza.Keyword("nowhere", ["*": [.link("nothing")]]),
        ])
        for text in ["one", "two", "self", "nowhere", "one two self nowhere"] {
            #expect(reply(to: text, script) == "Nothing fits.")
        }
    }

    @Test func `a link and a new key go on with another keyword`() {
        let script = Eliza.Script(keywords: [
            Eliza.Keyword("cup", rank: 2, ["*": [.link("tea")]]), Eliza.Keyword("pot", rank: 2, ["*": [.newKey]]),
            Eliza.Keyword("tea", ["* cup +": ["A cup {1}."], "*": ["Tea."]]),
        ])
        #expect(reply(to: "one cup of something", script) == "A cup of something.")
        #expect(reply(to: "a pot of tea", script) == "Tea.")
    }

    @Test func `what was said of one's own comes back later`() {
        var eliza = Eliza()
        _ = eliza.hear("My neighbour is a painter")
        let said = (1...12).map { eliza.hear("Trains rattle by, number \($0)") }
        #expect(said.contains { $0.contains("your neighbour is a painter") })
        #expect(!said[0].contains("painter"), "that would be no memory yet")
    }

    @Test func `questions and names are not kept`() {
        for text in ["Is it my hat?", "My name is Tom", "Oh my god"] {
            var eliza = Eliza()
            _ = eliza.hear(text)
            let said = (1...20).map { eliza.hear("Trains rattle by, number \($0)") }
            #expect(!said.contains { $0.contains("your hat") || $0.contains("your name") || $0.contains("your god") })
        }
    }

    @Test(arguments: [
        ("", "Blank."), (" \n\t\u{0}\u{200B}", "Blank."), ("🙂🙃", "Symbols."), ("?!", "Symbols."),
        ("42, 3.5", "Figures."),
        ("Привет, как дела?", "Foreign script."), ("你好", "Foreign script."), ("שלום", "Foreign script."),
        ("SAY THAT AGAIN", "Shouting."), ("OK", "Nothing fits."), ("Plain words", "Nothing fits."),
    ])
    func `what has no words has a remark of its own`(text: String, remark: String) {
        #expect(reply(to: text, Eliza.Script(keywords: [])) == remark)
    }

    @Test func `saying the same again is noticed, but not a second yes`() {
        let script = Eliza.Script(keywords: [])
        var eliza = Eliza(script: script, seed: 1)
        #expect(
            ["Plain words", "plain words!", "other words", "yes", "yes"].map { eliza.hear($0) }
                == ["Nothing fits.", "Repetition.", "Nothing fits.", "Nothing fits.", "Nothing fits."])
    }

    private func replies(to texts: [String], seed: UInt64) -> [String] {
        var eliza = Eliza(seed: seed)
        return texts.map { eliza.hear($0) }
    }

    private func reply(to text: String, _ script: Eliza.Script) -> String {
        var eliza = Eliza(script: script, seed: 1)
        return eliza.hear(text)
    }
}

extension Eliza.Script {
    /// A script that names the occasion where it has no keyword.
    fileprivate init(keywords: [Eliza.Keyword]) {
        self.init(keywords: keywords) { occasion in
            switch occasion {
            case .blank: ["Blank."]
            case .symbols: ["Symbols."]
            case .figures: ["Figures."]
            case .foreignScript: ["Foreign script."]
            case .repetition: ["Repetition."]
            case .shouting: ["Shouting."]
            case .nothingFits: ["Nothing fits."]
            }
        }
    }
}
