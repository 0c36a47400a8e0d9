import Testing

@testable import Terminal

struct DisplayWidthTests {
    @Test(arguments: [
        ("", 0), ("a", 1), ("hello, world", 12), ("é", 1), ("e\u{301}", 1), ("\u{301}", 0), ("日本", 4), ("ﾊ", 1),
        ("Ａ", 2),
        ("한", 2), ("\u{1112}\u{1161}\u{11AB}", 2), ("👩‍💻", 2), ("👨‍👩‍👧‍👦", 2), ("🇫🇷", 2), ("🇫🇷🇩🇪", 4), ("👍🏽", 2), ("❤️", 2),
        ("❤", 1), ("1️⃣", 2), ("🏴󠁧󠁢󠁳󠁣󠁴󠁿", 2), ("\u{200D}", 0), ("\u{200B}", 0), ("\t", 0), ("\u{1B}", 0), ("\r\n", 0),
        ("\u{AD}", 1), ("…", 1), ("“”", 2), ("␛", 1), ("नमस्ते", 4), ("क्ष", 2), ("สวัสดี", 4), ("🫨", 2), ("䷀", 1),
    ])
    func `a text takes its columns`(text: String, columns: Int) {
        #expect(DisplayWidth.columns(of: text) == columns)
    }

    @Test func `the table of wide characters is sorted, and its ranges are apart`() {
        let table = DisplayWidth.wideScalars
        #expect(table.allSatisfy { $0.first <= $0.last })
        #expect(zip(table, table.dropFirst()).allSatisfy { $0.last + 1 < $1.first })
    }

    @Test func `each range of the table is found, and what is beside it is not`() {
        for range in DisplayWidth.wideScalars {
            #expect(isWide(range.first) && isWide(range.last))
            #expect(!isWide(range.first - 1) && !isWide(range.last + 1))
        }
    }

    private func isWide(_ value: UInt32) -> Bool { Unicode.Scalar(value).map(DisplayWidth.isWide) ?? false }
}
