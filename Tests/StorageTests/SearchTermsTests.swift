import Testing

@testable import Storage

/// What somebody types, and what is meant by it.
struct SearchTermsTests {
    private func typed(_ text: String) -> [String] {
        SearchTerms.typed(text).map { $0.text + ($0.isPrefix ? "…" : "") }
    }

    @Test(arguments: [
        ("", []), (" \t\n", []), ("one two", ["one", "two"]),
        ("  one\u{3000}two\u{A0}three ", ["one", "two", "three"]),
        ("one one", ["one"]), ("don't", ["don't"]), ("C++ file.json", ["C++", "file.json"]),
        ("AND OR NOT NEAR(a)", ["AND", "OR", "NOT", "NEAR(a)"]),
        ("\"two words\" third", ["two words", "third"]), ("“two words” third", ["two words", "third"]),
        ("„zwei Worte“", ["zwei Worte"]), ("«deux mots»", ["deux mots"]), ("\"a\"b", ["a", "b"]),
        ("\"never closed", ["\"never", "closed"]), ("“never closed\"", ["“never", "closed\""]),
        ("5\" disk 3\" case", ["5\"", "disk", "3\"", "case"]), ("\"\" x", ["x"]), ("\"", ["\""]),
        ("pre*", ["pre…"]), ("pre**", ["pre…"]), ("\"two wo\"* x", ["two wo…", "x"]), ("\"a*\"", ["a*"]),
        ("*", ["*"]), ("**", ["**"]), ("*.swift", ["*.swift"]), ("a*b", ["a*b"]), ("😀*", ["😀…"]),
    ])
    func `terms are cut at spaces, and quotation marks and asterisks count where they can`(
        text: String, terms: [String]
    ) {
        #expect(typed(text) == terms)
    }

    @Test(arguments: [
        ("a AND b*", "a AND b*", ["a", "b…"]), ("\"a b\" + c", "\"a b\" + c", ["a b", "c"]),
        ("北京 OR x", "\" 北 京\" OR x", ["北京", "x"]), ("\"x北\"*", "\"x 北\"*", ["x北…"]),
        ("\"say \"\"hi\"\"\"", "\"say \"\"hi\"\"\"", ["say \"hi\""]), ("\"open", "\"open", []),
        ("NEAR(a b, 5) NOT c", "NEAR(a b, 5) NOT c", ["a", "b", "5", "c"]), ("", "", []), ("*", "*", []),
    ])
    func `a query in the engine's language keeps its form`(query: String, expression: String, terms: [String]) {
        let raw = RawTerms(query)
        #expect(raw.expression == expression)
        #expect(raw.terms.map { $0.text + ($0.isPrefix ? "…" : "") } == terms)
    }
}
