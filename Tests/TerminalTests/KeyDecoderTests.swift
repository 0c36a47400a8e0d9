import Testing

@testable import Terminal

struct KeyDecoderTests {
    @Test(arguments: [
        ("a", [Key.character("a")]),
        ("é日", [.character("é"), .character("日")]),
        (
            "\r\n\t\u{8}\u{7F}\u{1}\u{1A}\u{0}\u{1F}",
            [
                .enter, .enter, .tab, .backspace, .backspace, .control("a"), .control("z"), .unknown, .unknown,
            ]
        ),
        ("\u{1B}[A\u{1B}[B\u{1B}[C\u{1B}[D\u{1B}[H\u{1B}[F", [.up, .down, .right, .left, .home, .end]),
        ("\u{1B}OA\u{1B}OB\u{1B}OC\u{1B}OD\u{1B}OH\u{1B}OF\u{1B}OM", [.up, .down, .right, .left, .home, .end, .enter]),
        ("\u{1B}[1~\u{1B}[7~\u{1B}[4~\u{1B}[8~\u{1B}[3~\u{1B}[3;5~", [.home, .home, .end, .end, .delete, .wordDelete]),
        (
            "\u{1B}[1;5D\u{1B}[1;5C\u{1B}[1;3D\u{1B}[5C\u{1B}[1;2C",
            [.wordLeft, .wordRight, .wordLeft, .wordRight, .right]
        ),
        ("\u{1B}Od\u{1B}Oc\u{1B}O5C", [.wordLeft, .wordRight, .wordRight]),
        (
            "\u{1B}b\u{1B}F\u{1B}\u{7F}\u{1B}\u{8}\u{1B}\r",
            [
                .alt("b"), .alt("F"), .altBackspace, .altBackspace, .altEnter,
            ]
        ),
        ("\u{1B}[13;2u\u{1B}[27;3;13~", [.altEnter, .altEnter]),
        ("\u{1B}\u{1B}[Ax", [.up, .character("x")]),
    ])
    func `keys are known in the dialects of terminals`(text: String, keys: [Key]) {
        #expect(decoded(text.utf8) == keys)
    }

    @Test(arguments: [
        "\u{1B}[15~", "\u{1B}[?1;2c", "\u{1B}[<0;10;20M", "\u{1B}[[A", "\u{1B}[1;2;3;4;5x", "\u{1B}[ q", "\u{1B}[$y",
        "\u{1B}OP", "\u{1B}é", "\u{1B}日", "\u{1B}]11;rgb:0000/0000/0000\u{7}", "\u{1B}P1+r544e\u{1B}\\",
        "\u{1B}]11;rgb:0000/0000/0000\u{1B}\\", "\u{1B}[I", "\u{1B}[201~", "\u{1B}x", "\u{85}", "\u{9B}",
        "\u{1B}[" + String(repeating: "1;", count: 500) + "A",
    ])
    func `what is no key of ours is swallowed whole`(sequence: String) {
        let keys = decoded((sequence + "x").utf8)
        #expect(keys.last == .character("x"))
        #expect(keys.dropLast().allSatisfy { $0 == .unknown || isAlt($0) || $0 == .up || $0 == .wordLeft })
    }

    private func isAlt(_ key: Key) -> Bool {
        if case .alt = key { true } else { false }
    }

    @Test(arguments: ["\u{1B}", "\u{1B}[", "\u{1B}[1;", "\u{1B}O", "\u{1B}[[", "\u{1B}]1;", "\u{1B}P"])
    func `Ctrl-C gets through an unfinished sequence`(start: String) {
        #expect(decoded((start + "\u{3}").utf8).last == .control("c"))
    }

    @Test func `a character cut short is a replacement character, and the next byte counts`() {
        #expect(decoded([0xE6, 0x97, 0x0D]) == [.character("\u{FFFD}"), .enter])
        #expect(decoded([0xFF, 0xC3, 0x1B, 0x5B, 0x41]) == [.character("\u{FFFD}"), .character("\u{FFFD}"), .up])
    }

    @Test(arguments: [
        ("one\rtwo\r\nthree\nfour\n\r", "one\ntwo\nthree\nfour\n\n"),
        ("tab\t bell\u{7} esc\u{1B}[31m del\u{7F} c1\u{9B}.", "tab\t bell esc[31m del c1."),
        ("Ctrl-C \u{3} is text here \u{1B}[201", "Ctrl-C  is text here [201"),
        ("", ""),
    ])
    func `a paste is one key with clean text`(pasted: String, text: String) {
        #expect(decoded("\u{1B}[200~\(pasted)\u{1B}[201~x".utf8) == [.paste(text), .character("x")])
    }

    @Test func `a paste that is not UTF-8 is mended`() {
        #expect(decoded(Array("\u{1B}[200~a".utf8) + [0xFF] + Array("b\u{1B}[201~".utf8)) == [.paste("a\u{FFFD}b")])
    }

    private func decoded(_ bytes: some Sequence<UInt8>) -> [Key] {
        var decoder = KeyDecoder()
        return bytes.flatMap { decoder.receive($0) }
    }
}
