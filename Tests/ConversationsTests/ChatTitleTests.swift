import Conversations
import Support
import Testing

struct ChatTitleTests {
    @Test(arguments: [
        ("Hello", "Hello"),
        ("  How do   I\tboil\n\nan egg?  ", "How do I boil an egg?"),
        ("one\r\ntwo\u{2028}three\u{85}four\u{A0}five\u{3000}six", "one two three four five six"),
        ("bell\u{7}s and \u{1B}[31mred\0", "bell s and [31mred"),
        ("¿Qué tal, señor?", "¿Qué tal, señor?"),
        ("你好，世界", "你好，世界"),
    ])
    func `a title is the message on one line`(text: String, title: String) {
        #expect(ChatTitle.made(from: text) == title)
    }

    @Test(arguments: [("aaaa bbbb", 60), ("aaaa bbbbb", 55), ("é éééééé👍🏽", 60), ("é ééééééé👍🏽", 52)])
    func `a title that would be longer ends with a whole word`(end: String, length: Int) {
        let text = String(repeating: "12345 ", count: 8) + "12 " + end + " more"
        let title = ChatTitle.made(from: text)
        #expect(title.count == length && text.hasPrefix(title + " "))
    }

    @Test func `sixty characters are not too many, and one more is`() {
        let text = String(repeating: "a", count: 29) + " " + String(repeating: "b", count: 30)
        #expect(ChatTitle.made(from: text) == text)
        #expect(ChatTitle.made(from: text + "b") == String(repeating: "a", count: 29))
    }

    @Test func `a first word that is longer is cut`() {
        #expect(ChatTitle.made(from: String(repeating: "ä", count: 61) + " b") == String(repeating: "ä", count: 60))
        #expect(ChatTitle.made(from: String(repeating: "a", count: 59) + " b") == String(repeating: "a", count: 59))
    }

    @Test(arguments: [
        "", " ", "\n\t \u{3000}", "\0\u{7}\u{1B}", "\u{FEFF}\u{202E}\u{2066}", String(repeating: " ", count: 5000),
    ])
    func `a message without words is untitled`(text: String) {
        #expect(ChatTitle.made(from: text) == "Untitled")
    }

    @Test(arguments: ["👩‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "🇩🇪", "e\u{301}"])
    func `a character of several code points stays whole`(character: String) {
        #expect(ChatTitle.made(from: "a \(character) b") == "a \(character) b")
        let cut = ChatTitle.made(from: String(repeating: character, count: 80))
        #expect(cut == String(repeating: character, count: 60))
    }

    @Test func `words that need a joiner or a non-joiner keep it`() {
        #expect(ChatTitle.made(from: "می\u{200C}خواهم") == "می\u{200C}خواهم")
        #expect(ChatTitle.made(from: "क\u{94D}\u{200D}ष") == "क\u{94D}\u{200D}ष")
    }

    @Test func `what would turn the line around is left out`() {
        #expect(ChatTitle.made(from: "\u{FEFF}safe\u{202E}txt.exe\u{202C} \u{2066}x\u{2069}") == "safetxt.exe x")
    }

    @Test func `however much room there is between them, words are whole`() {
        for spaces in [1, 500, 985, 990, 995, 1000, 5000] {
            let gap = String(repeating: " ", count: spaces)
            #expect(ChatTitle.made(from: "What" + gap + "wonderful" + gap + "weather") == "What wonderful weather")
            #expect(ChatTitle.made(from: gap + "wonderful") == "wonderful")
        }
    }

    @Test(arguments: ["a", " ", "a ", "🙂", "\u{301}", "\u{200D}", "\u{202E}", "👩‍👩‍👧‍👦"])
    func `a mebibyte is quick`(piece: String) {
        let text = String(repeating: piece, count: (1 << 20) / piece.utf8.count)
        // Work that grows with the square takes hours on this.
        let title = ChatTitle.made(from: text)
        #expect(title.count <= 60 && !title.isEmpty)
    }

    @Test func `whatever is said, the title is one short line of its words`() {
        var random = SeededGenerator(seed: 5)
        let words = ["a", "word", "longer-words", "日本語", "👩‍👩‍👧‍👦", "é", String(repeating: "x", count: 40)]
        let gaps = [" ", "  ", "\n", "\t\t", "\r\n", "\u{2029}", "\u{1}"]
        for _ in 0..<3_000 {
            let said = (0..<Int.random(in: 0...20, using: &random)).map { _ in words.randomElement(using: &random) ?? ""
            }
            let text = said.map { $0 + (gaps.randomElement(using: &random) ?? " ") }.joined()
            var title = said.first ?? "Untitled"
            for word in said.dropFirst() {
                guard title.count + 1 + word.count <= 60 else { break }
                title += " " + word
            }
            #expect(ChatTitle.made(from: text) == title)
        }
    }
}
