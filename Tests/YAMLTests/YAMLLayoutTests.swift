import Support
import Testing

@testable import YAML

struct YAMLLayoutTests {
    private func readBack(_ value: YAMLValue) throws -> YAMLValue? {
        let text = YAMLLayout(step: 2).lines("k", value, indentation: 0).joined(separator: "\n")
        return try YAMLDocument(Array(text.utf8)).root?.entry("k").map { YAMLValue($0.value) }
    }

    @Test(arguments: [
        "", "yes", "No", "1e3", "null", "~", "a: b", "#x", "a #x", " lead", "trail ", "two\nlines", "tab\tx", "\u{1}",
        "\u{7F}\u{85}\u{2028}\u{FEFF}\u{FFFF}", "it's", "say \"x\"", "back\\slash", "- a", "? a", "[x]", "{x}", "a, b",
        "&a",
        "*a", "!a", "%a", "@a", "`a", "|", ">", "---", "...", "2026-01-31", "1:30:00", "0x1F", "0o7", "1_000", ".5",
        "-.inf",
        "+1", "<<", "=", "https://a.example/b?c=d", "a:", "日本語", "👋", "10s", "16MiB", "\r", "127.0.0.1", "null ",
        "true\n",
        "/etc/ssl/ca.pem", "e\u{301}",
    ])
    func `a text reads back as the same text, wherever it stands`(text: String) throws {
        #expect(try readBack(.text(text)) == .text(text))
        #expect(try readBack(.sequence([.text(text), .text(text)])) == .sequence([.text(text), .text(text)]))
        for key in [text] where !key.isEmpty {
            let mapping = YAMLValue.mapping([
                .init(key, .text(text)), .init("z", .sequence([.mapping([.init(key, .text(text))])])),
            ])
            #expect(try readBack(mapping) == mapping)
        }
    }

    @Test(arguments: [
        "blog", "llama3.2", "https://blog.example/a", "/etc/ca.pem", "Grüße", "10s", "16MiB", "gpt-4", "a b",
    ])
    func `quotes are for those that need them`(text: String) {
        #expect(YAMLLayout(step: 2).inline(.text(text)) == text)
    }

    @Test func `words stay words`() throws {
        for word in ["8000", "true", "null", "-1.5", "0x1F", "1e3"] {
            #expect(try readBack(.word(word)) == .word(word))
        }
    }

    @Test func `random texts read back`() throws {
        var generator = SeededGenerator(seed: 11)
        let alphabet = Array("aZ0 19eE+-_.:,#'\"\\[]{}&*!|>%@`~?=<\t\n\r\u{0}\u{85}é日👋\u{FFFE}".unicodeScalars)
        for _ in 0..<3000 {
            var text = ""
            for _ in 0..<Int.random(in: 0..<8, using: &generator) {
                text.unicodeScalars.append(alphabet.randomElement(using: &generator)!)
            }
            #expect(try readBack(.text(text)) == .text(text))
            #expect(try readBack(.sequence([.text(text)])) == .sequence([.text(text)]))
        }
    }
}
