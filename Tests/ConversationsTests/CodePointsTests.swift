import Support
import Testing

@testable import Conversations

struct CodePointsTests {
    @Test(arguments: ["", "a", "é", "👩‍👩‍👧‍👦", "\0", "\u{7F}\u{80}\u{7FF}\u{800}\u{FFFF}\u{10000}\u{10FFFF}", "e\u{301}"])
    func `every code point counts once`(text: String) {
        for count in [1, 2, 7, 8, 9, 300, 5_000] {
            let long = String(repeating: text, count: count)
            let codePoints = CodePoints(in: long)
            #expect(codePoints.count == long.unicodeScalars.count)
            #expect(codePoints.ascii == long.unicodeScalars.count(where: \.isASCII))
        }
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `so it is in any mixture`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            var text = ""
            for _ in 0..<Int.random(in: 0...400, using: &random) {
                text += ["word ", "x", "é", "数据", "🇩🇪", "\u{10FFFF}"].randomElement(using: &random) ?? ""
            }
            #expect(CodePoints(in: text).count == text.unicodeScalars.count)
            #expect(CodePoints(in: text).ascii == text.unicodeScalars.count(where: \.isASCII))
        }
    }
}
