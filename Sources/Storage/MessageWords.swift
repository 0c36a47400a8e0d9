internal import Conversations
internal import SQLite

/// The words that messages share, as they were read from earlier rows.
struct MessageWords {
    var roles = RecalledWords<Role>()
    var statuses = RecalledWords<MessageStatus>()
    var providers = RecalledWords<String>()
    var models = RecalledWords<String>()
    var finishReasons = RecalledWords<String>()
}

/// What few words mean that many rows have in one column: found by their bytes, so that nothing is made of them again.
struct RecalledWords<Value> {
    private var words: [(bytes: [UInt8], value: Value)] = []
    /// Where the next word goes when all places are taken.
    private var oldest = 0

    private static var capacity: Int { 8 }

    /// What the column's text means, which is looked up where it is not remembered; nil where it means nothing.
    mutating func value(of statement: Statement, _ column: Int32, _ look: (String) -> Value?) -> Value? {
        let bytes = unsafe statement.textInPlace(column)
        for word in words where unsafe Self.areEqual(word.bytes, bytes.span) { return word.value }
        let text = statement.text(column)
        guard let value = look(text) else { return nil }
        remember(value, for: Array(text.utf8))
        return value
    }

    private mutating func remember(_ value: Value, for bytes: [UInt8]) {
        if words.count < Self.capacity { return words.append((bytes, value)) }
        words[oldest] = (bytes, value)
        oldest = (oldest + 1) % Self.capacity
    }

    private static func areEqual(_ one: [UInt8], _ other: Span<UInt8>) -> Bool {
        guard one.count == other.count else { return false }
        for index in one.indices where one[index] != other[index] { return false }
        return true
    }
}

extension RecalledWords<String> {
    /// The column's text; nil where it is NULL.
    mutating func text(of statement: Statement, _ column: Int32) -> String? {
        statement.isNull(column) ? nil : value(of: statement, column, { $0 })
    }
}
