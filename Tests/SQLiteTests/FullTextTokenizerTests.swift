import SQLite
import Testing

struct FullTextTokenizerTests {
    let connection: Connection

    init() throws {
        connection = try Connection(path: ":memory:")
    }

    private func words(of text: String, _ arguments: [String] = [], most: Int = .max) throws -> [String] {
        let tokenizer = try FullTextTokenizer("unicode61", arguments: arguments, of: connection)
        var words: [String] = []
        let bytes = Array(text.utf8)
        try unsafe tokenizer.forEachWord(of: text) { word, place in
            words.append(
                unsafe String(decoding: word, as: UTF8.self) + "=" + String(decoding: bytes[place], as: UTF8.self))
            return words.count < most
        }
        return words
    }

    @Test func `a text is cut into words with their places`() throws {
        #expect(try words(of: "The Café, e\u{301}!") == ["the=The", "cafe=Café", "e=e\u{301}"])
        #expect(try words(of: "") == [])
        #expect(try words(of: " ,.") == [])
        #expect(try words(of: "a\0b") == ["a=a", "b=b"])
    }

    @Test func `it takes the arguments that an index takes`() throws {
        #expect(try words(of: "C+ Ä") == ["c=C", "a=Ä"])
        #expect(try words(of: "C+ Ä", ["tokenchars", "+", "remove_diacritics", "0"]) == ["c+=C+", "ä=Ä"])
    }

    @Test func `it ends where the receiver has enough`() throws {
        #expect(try words(of: "a b c d", most: 2) == ["a=a", "b=b"])
    }

    @Test func `what the engine does not know is an error`() throws {
        #expect(throws: SQLiteError.self) {
            try FullTextTokenizer("nobody", arguments: [], of: connection)
        }
        #expect(throws: SQLiteError.self) {
            try FullTextTokenizer("unicode61", arguments: ["nothing", "1"], of: connection)
        }
    }

    @Test func `it may outlive its connection`() throws {
        var other: Connection? = try Connection(path: ":memory:")
        let tokenizer = try FullTextTokenizer("unicode61", arguments: [], of: #require(other))
        other = nil
        var count = 0
        try unsafe tokenizer.forEachWord(of: "still here") { _, _ in
            count += 1
            return true
        }
        #expect(count == 2)
    }
}
