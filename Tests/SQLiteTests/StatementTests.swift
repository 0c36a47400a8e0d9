import SQLite
import Testing

/// Values go in, and come out the same.
struct StatementTests {
    let connection: Connection

    init() throws {
        connection = try Connection(path: ":memory:")
    }

    static let texts = [
        "plain", "it's \"quoted\"; DROP TABLE x", "", " ", "a\u{0}b\u{0}", "\u{0}", "üñïcødé", "漢字かな", "👩‍👩‍👧‍👦👋🏽🇩🇪",
        "e\u{301}", "\u{e9}", "\u{301}", "\u{FEFF}with a mark", "\u{202E}turned\u{202C}", "\r\n\t\u{1B}[31m",
        "\u{10FFFF}\u{FFFD}",
        String(repeating: "0123456789abcdef", count: 65_536),
    ]

    @Test(arguments: texts.indices)
    func `a text comes back byte for byte`(index: Int) throws {
        let text = Self.texts[index]
        let statement = try connection.prepared("SELECT ?1, typeof(?1), length(CAST(?1 AS BLOB))")
        defer { statement.reset() }
        try statement.bind(text)
        #expect(try statement.step())
        // Not ==, for which an accent and its letter are the same as the letter with its accent.
        #expect(statement.text(0).utf8.elementsEqual(text.utf8))
        #expect(statement.optionalText(0) != nil)
        #expect(statement.text(1) == "text")
        #expect(statement.integer(2) == text.utf8.count)
        #expect(try !statement.step())
    }

    @Test(arguments: [0, 1, -1, 255, Int64(Int32.max) + 1, .max, .min, .min + 1])
    func `an integer comes back as it went in`(number: Int64) throws {
        let statement = try connection.prepared("SELECT ?1, ?2, typeof(?1)")
        defer { statement.reset() }
        try statement.bind(number, Int(number))
        #expect(try statement.step())
        #expect(statement.integer(0) == number)
        #expect(statement.optionalInteger(1) == number)
        #expect(statement.text(2) == "integer")
    }

    @Test func `true is one and false is nought`() throws {
        let statement = try connection.prepared("SELECT ?1, ?2")
        defer { statement.reset() }
        try statement.bind(true, false)
        #expect(try statement.step())
        #expect(statement.integer(0) == 1)
        #expect(statement.integer(1) == 0)
    }

    @Test func `nil is NULL, and neither an empty text nor nought`() throws {
        let statement = try connection.prepared("SELECT ?1, ?2, ?3, ?4")
        defer { statement.reset() }
        try statement.bind(String?.none, Int64?.none, String?.some(""), Int64?.some(0))
        #expect(try statement.step())
        #expect(statement.isNull(0) && statement.isNull(1))
        #expect(statement.optionalText(0) == nil)
        #expect(statement.optionalInteger(1) == nil)
        #expect(statement.optionalText(2) == "")
        #expect(statement.optionalInteger(3) == 0)
        #expect(statement.text(0) == "")
        #expect(statement.integer(1) == 0)
    }

    @Test func `a stored text that is no UTF-8 is mended, not refused`() throws {
        let statement = try connection.prepared("SELECT CAST(x'61ff62' AS TEXT)")
        defer { statement.reset() }
        #expect(try statement.step())
        #expect(statement.text(0) == "a\u{FFFD}b")
    }

    @Test func `a value too many is refused`() throws {
        let statement = try connection.prepared("SELECT ?1")
        defer { statement.reset() }
        let error = #expect(throws: SQLiteError.self) { try statement.bind("one", "two") }
        #expect(error?.code == 25)  // SQLITE_RANGE
    }

    @Test func `a reset forgets the values`() throws {
        let statement = try connection.prepared("SELECT ?1")
        try statement.bind("kept by nobody")
        #expect(try statement.step())
        #expect(statement.isBusy)
        statement.reset()
        #expect(!statement.isBusy)
        #expect(try statement.step())
        #expect(statement.isNull(0))
        statement.reset()
    }
}
