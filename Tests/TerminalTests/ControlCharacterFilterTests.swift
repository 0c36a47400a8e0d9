import Support
import Terminal
import Testing

struct ControlCharacterFilterTests {
    @Test(arguments: [
        ("", ""),
        ("plain\ttext\n", "plain\ttext\n"),
        ("Grüße 日本 👩‍💻 🇫🇷 e\u{301} \u{200E}mark\u{200F}", "Grüße 日本 👩‍💻 🇫🇷 e\u{301} \u{200E}mark\u{200F}"),
        ("\u{1B}[31mred\u{1B}[0m", "␛[31mred␛[0m"),
        ("a\u{0}b\u{7}c\u{8}d\u{7F}e", "a␀b␇c␈d␡e"),
        ("\u{9B}2J\u{9D}0;x\u{80}\u{9F}", "\\u{9B}2J\\u{9D}0;x\\u{80}\\u{9F}"),
        ("a\r\nb\rc\n\r", "a\nb␍c\n␍"),
        ("\r\r\n", "␍\n"),
        ("user\u{202E}txt.exe\u{2066}", "user\\u{202E}txt.exe\\u{2066}"),
        ("\u{FEFF}a\u{2028}b\u{2029}", "\\u{FEFF}a\\u{2028}b\\u{2029}"),
        ("hid\u{E0068}\u{E0069}den\u{E007F}", "hid\\u{E0068}\\u{E0069}den\\u{E007F}"),
    ])
    func `what a terminal would obey is shown instead`(text: String, shown: String) {
        #expect(bytes(ControlCharacterFilter.visible(text)) == bytes(shown))
    }

    static let scotland = "\u{1F3F4}\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}"

    @Test func `a flag made of tags passes`() {
        for text in [Self.scotland, "a" + Self.scotland + Self.scotland + "b", "\u{1F3F4}", "\u{1F3F4}\u{1F3F4}!"] {
            #expect(bytes(ControlCharacterFilter.visible(text)) == bytes(text))
        }
    }

    @Test(arguments: [
        ("\u{1F3F4}\u{E0067}\u{E0062}\u{E007F}", "\u{1F3F4}\\u{E0067}\\u{E0062}\\u{E007F}"),  // too short
        ("\u{1F3F4}\u{E0067}\u{E0062}\u{E0073}!", "\u{1F3F4}\\u{E0067}\\u{E0062}\\u{E0073}!"),  // without its end
        ("\u{1F3F4}\u{E0067}\u{E0020}x", "\u{1F3F4}\\u{E0067}\\u{E0020}x"),  // a space in it
        (
            "\u{1F3F4}" + String(repeating: "\u{E0061}", count: 7) + "\u{E007F}",
            "\u{1F3F4}" + String(repeating: "\\u{E0061}", count: 7) + "\\u{E007F}"
        ),
    ])
    func `tags behind a black flag that make no flag are shown`(text: String, shown: String) {
        #expect(bytes(ControlCharacterFilter.visible(text)) == bytes(shown))
    }

    @Test(arguments: 1...7)
    func `a stream cut anywhere shows the same`(length: Int) {
        let text = "a\r\n\r\rb\r\n" + Self.scotland + "\u{1F3F4}\u{E0067}x\u{1B}[2J\u{1F3F4}\u{E0067}\u{E0062}\r"
        var filter = ControlCharacterFilter()
        var shown = ""
        for piece in text.unicodeScalars.pieces(of: length) { shown += filter.filter(String(piece)) }
        shown += filter.finish()
        #expect(bytes(shown) == bytes(ControlCharacterFilter.visible(text)))
    }

    @Test func `a filter that has finished begins anew`() {
        var filter = ControlCharacterFilter()
        #expect(filter.filter("a\r") == "a")
        #expect(filter.finish() == "␍")
        #expect(filter.finish() == "")
        #expect(filter.filter("\n") == "\n")
    }

    @Test func `nothing that could be obeyed is left of any character`() {
        var all = String.UnicodeScalarView()
        for value in UInt32(0)...0x10FFFF {
            if let scalar = Unicode.Scalar(value) { all.append(scalar) }
        }
        let shown = ControlCharacterFilter.visible(String(all))
        let left = shown.unicodeScalars.filter { $0.properties.generalCategory == .control }
        #expect(Set(left) == ["\t", "\n"])
        #expect(ControlCharacterFilter.visible(shown).utf8.elementsEqual(shown.utf8))
    }

    @Test func `in a line newlines and tabs are spaces`() {
        #expect(ControlCharacterFilter.visibleLine("one\r\ntwo\n\tthree\u{1B}") == "one two  three␛")
        #expect(ControlCharacterFilter.visibleLine("plain") == "plain")
    }

    /// To the letter: strings are equal in Swift when they only look the same.
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
}
