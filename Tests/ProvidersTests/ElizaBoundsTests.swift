import Testing

@testable import Providers

/// Whatever comes in, what goes out is one short, clean line.
struct ElizaBoundsTests {
    /// Named, so that a failure does not print a megabyte.
    static let hostile: [String: String] = [
        "empty": "", "spaces": "  \t \n", "an emoji": "👩‍👩‍👧‍👦", "a skin tone alone": "\u{1F3FB}", "NULs": "\0\0\0",
        "words and NULs": "I want\0to\0be\0free", "punctuation": "!?…,.;:—()[]{}\"'«»", "apostrophes": "' ’ '' ’’",
        "a control character": "I like \u{7}bells\u{1B}[31m and \u{85} lines\u{2028}", "CJK": "我想要一杯茶。",
        "English and CJK": "I want 一杯茶 please", "right to left": "אני רוצה תה",
        "mixed directions": "I want \u{202E}תה\u{202C} now",
        "marks alone": "\u{301}\u{302}\u{303}", "I want, and marks": "I want \u{301} \u{302}",
        "a letter that takes the next one": "I want \u{D4E}", "one before a space": "I want \u{D4E} \u{D4E} tea",
        "many marks": "I want a" + String(repeating: "\u{301}", count: 3_000),
        "joiners": "I want \u{200D}\u{200C}\u{FEFF}",
        "flags": "I want 🇩🇪🇫", "a mebibyte of a": String(repeating: "a", count: 1 << 20),
        "a mebibyte of words": String(repeating: "I am you ", count: (1 << 20) / 9),
        "a mebibyte of spaces": String(repeating: " ", count: 1 << 20),
        "a mebibyte of commas": String(repeating: "I,", count: 1 << 19),
        "a mebibyte of emoji": String(repeating: "🙂", count: 1 << 18),
        "a mebibyte of marks": "e" + String(repeating: "\u{301}", count: 1 << 19),
        "I want, and a giant word": "I want " + String(repeating: "x", count: 1 << 20),
        "I want, and many words": "I want " + String(repeating: "more tea ", count: 100_000),
        "my, and many words": "my cat is " + String(repeating: "very ", count: 100_000),
        "braces": "I want {1} and {9}", "a line break": "I want\r\nto go\r\nhome",
        "no-break spaces": "I\u{A0}want\u{3000}tea",
        "private use": "I want \u{E000}\u{10FFFF}", "a noncharacter": "\u{FFFF}", "replacement": "\u{FFFD}",
    ]

    /// Work that grows with the square takes hours on the longest.
    @Test(arguments: hostile.keys.sorted())
    func `no message breaks it, nor a second time`(name: String) throws {
        let text = try #require(Self.hostile[name])
        var eliza = Eliza()
        for message in [text, text, "Blue and green", "Orchids bloom", "Trains rattle by"] {
            expectBounds(eliza.hear(message), "\(name)")
        }
    }

    @Test func `a word with many near misses is not tried exponentially often`() {
        let pattern = Eliza.Pattern("* a * a * a * a * a * a * a * a * b")
        let words = Eliza.Utterance(String(repeating: "a ", count: 2_000)).clauses[0].words
        // Otherwise this never ends.
        #expect(pattern.match(words) == nil)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `whatever is typed, the reply is short and clean`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var eliza = Eliza(seed: seed)
        for _ in 0..<250 {
            let text = Self.message(&random)
            expectBounds(eliza.hear(text), "\(text.debugDescription)")
        }
    }

    private func expectBounds(_ reply: String, _ comment: Comment) {
        #expect(!reply.isEmpty && reply.unicodeScalars.count <= 400, comment)
        #expect(reply.unicodeScalars.first?.properties.isUppercase == true, comment)
        #expect(reply.last.map { ".?!…".contains($0) } == true, "\(reply)")
        #expect(!reply.contains("  ") && !reply.contains(" .") && !reply.contains("{"), "\(reply)")
        let clean = reply.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate: false
            case .spaceSeparator: scalar == " "
            default: true
            }
        }
        #expect(clean, "\(reply.debugDescription)")
    }

    /// Words that mean something to the script, between words and scalars that do not.
    private static func message(_ random: inout SplitMix64) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0..<30, using: &random) {
            switch Int.random(in: 0..<10, using: &random) {
            case 0: text.unicodeScalars.append(anyScalar(&random))
            case 1:
                text += [",", ".", "?", "!", "\n", " - ", "'", "’", "{1}", "\0"].randomElement(using: &random) ?? ""
            case 2: text += String(repeating: "long", count: Int.random(in: 1..<100, using: &random))
            default: text += vocabulary.randomElement(using: &random) ?? ""
            }
            if Int.random(in: 0..<8, using: &random) > 0 { text += " " }
        }
        return text
    }

    private static func anyScalar(_ random: inout SplitMix64) -> Unicode.Scalar {
        let limit: UInt32 = Bool.random(using: &random) ? 0x3100 : 0x110000
        return Unicode.Scalar(UInt32.random(in: 0..<limit, using: &random)) ?? "x"
    }

    private static let vocabulary =
        Eliza.Script.english.keywords.flatMap(\.words)
        + Eliza.Script.english.rules.flatMap { rule in
            rule.pattern.elements.flatMap { element in
                if case .word(let choices) = element { choices } else { ["marbles", "I", "you", "my", "are"] }
            }
        }
}
