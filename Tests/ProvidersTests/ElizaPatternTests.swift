import Testing

@testable import Providers

struct ElizaPatternTests {
    @Test(
        arguments: [
            ("*", "", []), ("*", "any words", []), ("+", "", nil), ("+", "any words", ["any words"]),
            ("* tea|coffee *", "my cup of tea today", ["tea"]),
            ("* i want +", "well i want tea", ["tea"]), ("* i want +", "i want", nil),
            ("* i want + and +", "i want tea and milk and toast", ["tea", "milk and toast"]),
            ("+ is like +", "love is like rain", ["love", "rain"]), ("+ is like +", "is like rain", nil),
            ("hello", "hello there", nil), ("hello", "hello", []), ("* end", "the end of the end", []),
            ("* a + c", "a a c c", ["a c"]), ("a * a", "a", nil), ("", "", []), ("", "a", nil),
        ] as [(String, String, [String]?)])
    func `a pattern catches what its gaps and choices stand for`(pattern: String, text: String, caught: [String]?) {
        let words = text.split(separator: " ").map(String.init)
        let found = Eliza.Pattern(pattern).match(words.map { Eliza.Word(text: $0, key: $0, opensClause: false) })
        #expect(found?.map { words[$0].joined(separator: " ") } == caught)
    }

    @Test(arguments: [
        ("I am sad.My dog, too", ["I am sad", "My dog", "too"]),
        ("version 3.5 of node.js at 10:30", ["version 3.5 of node.js at 10:30"]),
        ("a well-known one - yes", ["a well-known one", "yes"]),
        ("tea but no milk", ["tea", "no milk"]),
        ("“quoted”\nline", ["quoted", "line"]),
        ("can not, no one", ["can't", "nobody"]),
        ("…!?", []),
    ])
    func `a text falls into clauses`(text: String, clauses: [String]) {
        let found = Eliza.Utterance(text).clauses
        #expect(found.map { $0.words.map(\.text).joined(separator: " ") } == clauses)
    }

    @Test func `an echo is cut at the end of a word, and a giant word in the middle`() {
        #expect(Eliza.Echo.of(["short", "enough"]) == "short enough")
        let many = Eliza.Echo.of(Array(repeating: "word", count: 50)[...])
        #expect(many == Array(repeating: "word", count: 18).joined(separator: " ") + "…")
        let long = Eliza.Echo.of(Array(repeating: String(repeating: "x", count: 70), count: 2)[...])
        #expect(long == String(repeating: "x", count: 70) + "…")
        let giant = Eliza.Echo.of([String(repeating: "x", count: 5_000)])
        #expect(giant == String(repeating: "x", count: 119) + "…")
        #expect(Eliza.Echo.of([String(repeating: "x", count: 119)]).count == 119)
    }

    @Test func `a cut echo takes the place of the full stop`() {
        let template = Eliza.Template("You want {1}. Why {1}?")
        #expect(template.filled(with: ["tea"]) == "You want tea. Why tea?")
        #expect(template.filled(with: ["more…"]) == "You want more… Why more…?")
    }
}
