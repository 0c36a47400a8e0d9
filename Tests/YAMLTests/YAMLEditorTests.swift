import Testing

@testable import YAML

/// What a change does to the bytes of a file: no more than it has to.
struct YAMLEditorTests {
    enum Edit: Sendable {
        case set(YAMLValue, [String])
        case remove([String])
    }

    private static let mapping = YAMLValue.mapping([.init("kind", .text("eliza")), .init("stream", .boolean(false))])
    private static let list = YAMLValue.sequence([.text("a"), .text("c")])

    private func expect(
        _ before: String, _ edit: Edit, gives after: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var editor = try YAMLEditor(Array(before.utf8))
        switch edit {
        case .set(let value, let path): try editor.set(value, at: path)
        case .remove(let path): #expect(try editor.remove(at: path), sourceLocation: sourceLocation)
        }
        #expect(String(decoding: editor.bytes, as: UTF8.self) == after, sourceLocation: sourceLocation)
    }

    // MARK: - Setting

    @Test(arguments: [
        ("", "a: x\n"), ("# head", "# head\na: x\n"), ("---\n# head\n", "---\n# head\na: x\n"),
        ("b: 1", "b: 1\na: x\n"),
        ("b: 1\r\n", "b: 1\r\na: x\r\n"), ("a: 1 # why\nb: 2\n", "a: x # why\nb: 2\n"), ("a: # why\n", "a: x # why\n"),
        ("a:\nb: 2\n", "a: x\nb: 2\n"), ("{}", "{a: x}"), ("{b: 1}", "{b: 1, a: x}"),
        ("{a: 'y', b: 1}", "{a: x, b: 1}"),
        ("a: |\n  one\n  two\n\nb: 2\n", "a: x\n\nb: 2\n"),
        ("a:\n  - 1\n  - 2 # two\n\n# next\nb: 2\n", "a: x\n\n# next\nb: 2\n"),
        ("a: \"x\"\n", "a: \"x\"\n"), ("b:\n  c: 1\n  # in b\n# last\n", "b:\n  c: 1\n  # in b\n# last\na: x\n"),
        ("\u{FEFF}b: 1\n", "\u{FEFF}b: 1\na: x\n"),
        ("{\n  b: 1, # one\n  c: 2 # two\n}\n", "{\n  b: 1, # one\n  c: 2, a: x # two\n}\n"),
    ])
    func `a text at the top`(before: String, after: String) throws {
        try expect(before, .set(.text("x"), ["a"]), gives: after)
    }

    @Test(arguments: [
        ("", "p:\n  new:\n    kind: eliza\n    stream: false\n"),
        ("p:", "p:\n  new:\n    kind: eliza\n    stream: false\n"),
        ("p: {}\nz: 1\n", "p:\n  new:\n    kind: eliza\n    stream: false\nz: 1\n"),
        ("p: {} # none\nz: 1\n", "p: # none\n  new:\n    kind: eliza\n    stream: false\nz: 1\n"),
        ("p: ~\n", "p:\n  new:\n    kind: eliza\n    stream: false\n"),
        (
            "p:\n  # old:\n  #   kind: x\n\nz: 1\n",
            "p:\n  # old:\n  #   kind: x\n  new:\n    kind: eliza\n    stream: false\n\nz: 1\n"
        ),
        (
            "p:\n    # b is good\n    b:\n        kind: x # yes\n        # nonce: none\n\n# end\nz: 1\n",
            "p:\n    # b is good\n    b:\n        kind: x # yes\n        # nonce: none\n    new:\n        kind: eliza\n        stream: false\n\n# end\nz: 1\n"
        ),
        ("p: {b: {kind: x}}\n", "p: {b: {kind: x}, new: {kind: eliza, stream: false}}\n"),
        ("p:\r\n  b: {kind: x}", "p:\r\n  b: {kind: x}\r\n  new:\r\n    kind: eliza\r\n    stream: false\r\n"),
        ("p:\n  new: old\n  z: 1\n", "p:\n  new:\n    kind: eliza\n    stream: false\n  z: 1\n"),
        ("p:\n  new:\n  z: 1\n", "p:\n  new:\n    kind: eliza\n    stream: false\n  z: 1\n"),
        // Over a mapping: comments in it stay, what is not meant any more goes.
        (
            "p:\n  new:\n    # about the kind\n    kind: openai # was it\n    url: u\n  z: 1\n",
            "p:\n  new:\n    # about the kind\n    kind: eliza # was it\n    stream: false\n  z: 1\n"
        ),
        ("p:\n  new: {url: u, kind: eliza}\n", "p:\n  new: {kind: eliza, stream: false}\n"),
        ("p:\n  new:\n  - a\n  - b\n  z: 1\n", "p:\n  new:\n    kind: eliza\n    stream: false\n  z: 1\n"),
    ])
    func `a mapping in a mapping`(before: String, after: String) throws {
        try expect(before, .set(Self.mapping, ["p", "new"]), gives: after)
    }

    @Test(arguments: [
        ("", "l: [a, c]\n"), ("l: [x]\n", "l: [a, c]\n"), ("l: [a, b, c] # order\n", "l: [a, c] # order\n"),
        ("l:\n  - a # first\n  # then\n  - b\n  - c\n", "l:\n  - a # first\n  # then\n  - c\n"),
        ("l:\n- a\n- c\n- d", "l:\n- a\n- c\n"), ("l: [a, c]\n", "l: [a, c]\n"), ("l: x\n", "l: [a, c]\n"),
        ("l: [a,\n  b, # be\n  c]\n", "l: [a,\n  # be\n  c]\n"), ("l:\n  - x\nz: 1\n", "l: [a, c]\nz: 1\n"),
    ])
    func `a list`(before: String, after: String) throws {
        try expect(before, .set(Self.list, ["l"]), gives: after)
    }

    // MARK: - Removing

    @Test(arguments: [
        ("p:\n  a: 1\n  b: 2\n", "p:\n  b: 2\n"), ("p:\n  a: 1 # gone\n  # stays\n  b: 2\n", "p:\n  # stays\n  b: 2\n"),
        ("p: # all\n  # about a\n  a: 1\nz: 2\n", "p: {} # all\n  # about a\nz: 2\n"),
        (
            "p:\n  b: 1\n\n  # about a\n  a:\n    c: 1\n    # d: 2\n    # e: 3\n\n    # set off\n  # stays\nz: 2\n",
            "p:\n  b: 1\n\n  # about a\n\n    # set off\n  # stays\nz: 2\n"
        ),
        ("p: {a: 1, b: 2}", "p: {b: 2}"), ("p: {b: 2, a: 1}", "p: {b: 2}"), ("p: {a: 1}", "p: {}"),
        ("p: {b: 2, a: 1,}\n", "p: {b: 2, }\n"), ("p: {\n  a: 1, # one\n  b: 2\n}\n", "p: {\n  # one\n  b: 2\n}\n"),
        ("p: {\n  b: 2, # two\n  a: 1 # one\n}\n", "p: {\n  b: 2 # two\n  # one\n}\n"),
        ("p:\r\n  a: 1\r\n  b: 2", "p:\r\n  b: 2"), ("p:\n  b: 2\n  a: 1", "p:\n  b: 2\n"),
        ("p:\n  a: |\n    text\n\n  b: 2\n", "p:\n\n  b: 2\n"), ("p:\n  a: [1,\n    2]\n  b: 2\n", "p:\n  b: 2\n"),
    ])
    func `an entry goes, its neighbours and their comments stay`(before: String, after: String) throws {
        try expect(before, .remove(["p", "a"]), gives: after)
    }

    @Test func `the last entry of a file leaves its comments`() throws {
        try expect("# head\na: 1\n# foot\n", .remove(["a"]), gives: "# head\n# foot\n")
    }

    @Test func `what is not there cannot be removed`() throws {
        var editor = try YAMLEditor(Array("a: {b: 1}\n".utf8))
        for path in [["x"], ["a", "x"], ["a", "b", "c"], []] { #expect(try !editor.remove(at: path)) }
        #expect(editor.bytes == Array("a: {b: 1}\n".utf8))
    }

    // MARK: - What needs a hand

    @Test(arguments: [
        ("a: 1\n", ["a", "b"], YAMLEditError.notAMapping(path: ["a"], line: 1)),
        ("- a\n", ["b"], .notAMapping(path: [], line: 1)),
        ("\nx: 1\na: [b]\n", ["a", "b"], .notAMapping(path: ["a"], line: 3)),
        ("? a\n: b: 1\n", ["a", "b"], nil), ("---\n...\n", ["a"], .needsAHand(path: ["a"], line: 1)),
        ("a: | # why\n  text\n", ["a"], .needsAHand(path: ["a"], line: 1)),
        ("b: |\n  a text without an end", ["a"], .needsAHand(path: ["a"], line: 1)),
        ("b: 1\na:\n  text\n", ["a", "b"], .notAMapping(path: ["a"], line: 3)),
    ])
    func `what cannot be changed cleanly is left as it is`(before: String, path: [String], error: YAMLEditError?) throws
    {
        var editor = try YAMLEditor(Array(before.utf8))
        if let error {
            #expect(throws: error) { try editor.set(.text("x"), at: path) }
            #expect(editor.bytes == Array(before.utf8))
        } else {
            try editor.set(.text("x"), at: path)
        }
    }

    @Test func `an explicit key is not removed`() throws {
        var editor = try YAMLEditor(Array("? a\n: 1\nb: 2\n".utf8))
        #expect(throws: YAMLEditError.needsAHand(path: ["a"], line: 1)) { try editor.remove(at: ["a"]) }
    }
}
