/// Walks through JSON (RFC 8259) without building anything: the caller asks for what it expects, and skips the rest.
///
/// The grammar is kept to the letter, with two exceptions: bytes in a string that are no UTF-8, and escapes of half a
/// surrogate pair, are each read as U+FFFD. Whoever reads a whole document asks for its ``end()`` at last.
///
///     try reader.beginObject()
///     while let key = try reader.nextKey() {
///         if reader.matches(key, "size") { size = try reader.number() } else { try reader.skip() }
///     }
///     try reader.end()
package struct JSONReader: Sendable {
    /// How many objects and arrays may be in one another. What providers send has fewer than ten.
    package static let maximumDepth = 64

    /// What a value is, told by its first byte.
    package enum Kind: Sendable {
        case null, boolean, number, string, array, object
    }

    /// Where the next byte is, as an index of the slice.
    package private(set) var position: Int
    let bytes: ArraySlice<UInt8>
    private let limit: Int
    private var depth = 0
    private var isFirst = false  // of its object or array: no comma stands before it

    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
        limit = bytes.endIndex
    }

    // MARK: - Structure

    /// What the next value is; it is not read yet.
    package mutating func kind() throws(JSONError) -> Kind {
        skipWhiteSpace()
        guard let byte = peek else { throw unexpected }
        switch byte {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        default: throw unexpected
        }
    }

    package mutating func beginObject() throws(JSONError) {
        try begin(UInt8(ascii: "{"))
    }

    /// The key of the object's next member, whose value is to be read or skipped next; nil at the object's end.
    package mutating func nextKey() throws(JSONError) -> JSONString? {
        guard try goesOn(until: UInt8(ascii: "}")) else { return nil }
        let key = try string()
        skipWhiteSpace()
        try expect(UInt8(ascii: ":"))
        return key
    }

    package mutating func beginArray() throws(JSONError) {
        try begin(UInt8(ascii: "["))
    }

    /// Whether the array has another element, which is to be read or skipped next.
    package mutating func nextElement() throws(JSONError) -> Bool {
        try goesOn(until: UInt8(ascii: "]"))
    }

    /// Passes over the next value, whatever it is; it has to be well-formed all the same.
    package mutating func skip() throws(JSONError) {
        switch try kind() {
        case .null: try null()
        case .boolean: _ = try boolean()
        case .number: _ = try numberRange()
        case .string: _ = try string()
        case .array:
            try beginArray()
            while try nextElement() { try skip() }
        case .object:
            try beginObject()
            while try nextKey() != nil { try skip() }
        }
    }

    /// Nothing but white space may follow.
    package mutating func end() throws(JSONError) {
        skipWhiteSpace()
        guard position == limit else { throw unexpected }
    }

    private mutating func begin(_ bracket: UInt8) throws(JSONError) {
        skipWhiteSpace()
        guard depth < Self.maximumDepth else { throw JSONError(reason: .tooDeep, offset: offset) }
        try expect(bracket)
        depth += 1
        isFirst = true
    }

    private mutating func goesOn(until bracket: UInt8) throws(JSONError) -> Bool {
        skipWhiteSpace()
        if peek == bracket {
            position += 1
            depth -= 1
            isFirst = false
            return false
        }
        if isFirst {
            isFirst = false
        } else {
            try expect(UInt8(ascii: ","))
        }
        return true
    }

    // MARK: - Values

    /// Finds where a string ends; its text is made when it is asked for, by `text(of:)` and its like.
    package mutating func string() throws(JSONError) -> JSONString {
        skipWhiteSpace()
        try expect(UInt8(ascii: "\""))
        let start = position
        let scan = JSONStringScan(bytes, from: start)
        position = scan.end
        guard scan.isWhole else { throw unexpected }
        position += 1
        return JSONString(range: start..<scan.end, hasEscapes: scan.hasEscapes)
    }

    package mutating func number() throws(JSONError) -> JSONNumber {
        let range = try numberRange()
        return JSONNumber(digits: bytes[range])
    }

    package mutating func boolean() throws(JSONError) -> Bool {
        skipWhiteSpace()
        let value = peek == UInt8(ascii: "t")
        try expect(value ? "true" : "false")
        return value
    }

    package mutating func null() throws(JSONError) {
        skipWhiteSpace()
        try expect("null")
    }

    private mutating func numberRange() throws(JSONError) -> Range<Int> {
        skipWhiteSpace()
        let start = position
        if peek == UInt8(ascii: "-") { position += 1 }
        if peek == UInt8(ascii: "0") { position += 1 } else { try digits() }
        if peek == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            position += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        return start..<position
    }

    private mutating func digits() throws(JSONError) {
        let start = position
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        guard position > start else { throw unexpected }
    }

    // MARK: - Bytes

    private var peek: UInt8? { position < limit ? bytes[position] : nil }

    private var offset: Int { position - bytes.startIndex }

    private var unexpected: JSONError {
        JSONError(reason: position < limit ? .unexpectedByte : .unexpectedEnd, offset: offset)
    }

    private mutating func skipWhiteSpace() {
        while position < limit {
            let byte = bytes[position]
            guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            position += 1
        }
    }

    private mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard peek == byte else { throw unexpected }
        position += 1
    }

    private mutating func expect(_ word: StaticString) throws(JSONError) {
        for index in 0..<word.utf8CodeUnitCount { try expect(unsafe word.utf8Start[index]) }
    }
}
