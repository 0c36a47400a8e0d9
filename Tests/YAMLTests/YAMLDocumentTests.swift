import Support
import Testing

@testable import YAML

struct YAMLDocumentTests {
    private func value(_ text: String) throws -> YAMLValue? {
        try YAMLDocument(Array(text.utf8)).root.map(YAMLValue.init)
    }

    @Test func `scalars, lists and mappings, in blocks and in brackets`() throws {
        let expected = YAMLValue.mapping([
            .init("name", .text("blog")), .init("list", .sequence([.text("a"), .word("1"), .text("2")])),
            .init(
                "inner", .mapping([.init("on", .word("true")), .init("off", .text("true")), .init("no", .word(""))])),
        ])
        for text in [
            "name: blog\nlist: [a, 1, \"2\"]\ninner: {on: true, off: 'true', no: }\n",
            "# first\nname: blog # said\nlist:\n- a\n- 1\n- '2'\ninner:\n    on: true\n\n    off: \"true\"\n    no:\n",
            "\u{FEFF}---\r\nname: \"blog\"\r\nlist:\r\n  - a\r\n  - 1\r\n  - '2'\r\ninner:\r\n  on: true\r\n  off: 'true'\r\n  no:",
        ] { #expect(try value(text) == expected, "\(text)") }
    }

    @Test(arguments: ["", "\n\n", "# only this", "\u{FEFF}", "  \r\n# a\r\n"])
    func `a file in which nothing stands`(text: String) throws {
        #expect(try value(text) == nil)
    }

    @Test func `marks are lines, columns and bytes of the file, byte order mark and long characters counted`() throws {
        let text = "\u{FEFF}é: ü\r\nb: |\r\n  text\r\n\r\n# end\r\n"
        let bytes = Array(text.utf8)
        let entries = try #require(try YAMLDocument(bytes).root?.entries)
        #expect(entries[0].keyStart == YAMLMark(offset: 3, line: 1, column: 1))
        #expect(entries[0].value.start == YAMLMark(offset: 7, line: 1, column: 4))
        #expect(entries[1].keyStart == YAMLMark(offset: 11, line: 2, column: 1))
        // A block of text ends behind its last word.
        #expect(entries[1].value.end == YAMLMark(offset: 23, line: 3, column: 7))
        #expect(bytes[14..<23].elementsEqual(Array("|\r\n  text".utf8)))
    }

    @Test func `a block ends behind its last value, not where the next thing begins`() throws {
        let root = try YAMLDocument(Array("a:\n  b: 1\n\n# note\nc: 2\n".utf8)).root
        let inner = try #require(root?.entry("a")?.value)
        #expect(inner.start == YAMLMark(offset: 5, line: 2, column: 3))
        #expect(inner.end == YAMLMark(offset: 9, line: 2, column: 7))
    }

    @Test(arguments: [
        ("a: 1\nb: 2\na: 3\n", 3, "'a' is there already, in line 1"),
        ("a: 1\n\"a\": 3\n", 2, "already"),
        ("a: &x 1\n", 1, "anchors and aliases"), ("a: 1\nb: *x\n", 2, "anchors and aliases"),
        ("a: !!str 1\n", 1, "tags"), ("[a]: 1\n", 1, "key"), ("\"\": 1\n", 1, "a key is missing"),
        ("a: 1\n---\nb: 2\n", 2, "second document"), ("a:\n\tb: 1\n", 2, "tab"), ("a: @x\n", 1, "quotes"),
        ("a: [1, 2\nb: 3\n", 2, "line 1"), ("a: 'open\n", 2, "line 1"), ("a: b: c\n", 1, "in quotes"),
        ("a: 1\n b: 2\n", 2, ""), ("a: \u{1}\n", 1, "U+0001"), ("- a\nb: 1\n", 2, ""), ("a: {b: 1}}\n", 1, ""),
    ])
    func `what is wrong is told with its line`(text: String, line: Int, words: String) {
        #expect {
            try YAMLDocument(Array(text.utf8))
        } throws: { error in
            guard let error = error as? YAMLError else { return false }
            #expect(words.isEmpty || error.problem.contains(words), "\(error)")
            #expect(!error.problem.contains("\n"))
            return error.line == line
        }
    }

    @Test(
        arguments: [[0xFF, 0xFE, 0x61, 0x00], [0x61, 0x3A, 0x20, 0xC3], [0x61, 0x0A, 0xED, 0xA0, 0x80]] as [[UInt8]])
    func `what is not UTF-8 is told with its line`(bytes: [UInt8]) {
        let line = bytes.contains(0x0A) ? 2 : 1
        #expect {
            try YAMLDocument(bytes)
        } throws: { ($0 as? YAMLError)?.line == line && "\($0)".contains("UTF-8") }
    }

    @Test func `depth and size are bounded, and nesting by the thousand ends nothing`() {
        for depth in [YAMLDocument.maximumDepth + 1, 50_000] {
            let text = String(repeating: "[", count: depth)
            #expect(throws: YAMLError.self) { try YAMLDocument(Array(text.utf8)) }
            let mappings = (0..<min(depth, 500)).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
            #expect(throws: YAMLError.self) { try YAMLDocument(Array(mappings.utf8)) }
        }
        #expect(throws: YAMLError.self) { try YAMLDocument([UInt8](repeating: 0x20, count: (1 << 20) + 1)) }
    }

    @Test func `any bytes are a document or an error`() {
        var generator = SeededGenerator(seed: 7)
        let alphabet = Array("ab:-#[]{},&*!|>'\"%@? \n\r\t\\é~.0".utf8)
        for _ in 0..<4000 {
            let count = Int.random(in: 0..<30, using: &generator)
            let bytes = (0..<count).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
            guard let root = try? YAMLDocument(bytes).root else { continue }
            #expect(root.start.offset >= 0 && root.start.offset <= root.end.offset && root.end.offset <= bytes.count)
        }
    }
}
