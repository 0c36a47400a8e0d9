/// Writes JSON (RFC 8259) as UTF-8 bytes: keys in the order given, no white space, nothing kept but the bytes.
///
/// Text goes in as it is; only quotation marks, backslashes and control characters are escaped.
package struct JSONWriter: Sendable {
    /// What has been written and not yet taken.
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    package init() {}

    /// Hands over what has been written so far, so that a long document needs little memory.
    package mutating func take() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }

    /// Lends what has been written so far, and forgets it: the same memory serves what is written next.
    package mutating func handOver(to receive: (Span<UInt8>) throws -> Void) rethrows {
        try receive(bytes.span)
        bytes.removeAll(keepingCapacity: true)
    }

    /// One object on a line of its own: what a command prints for programs.
    package static func line(_ members: (inout JSONWriter) throws -> Void) rethrows -> [UInt8] {
        var json = JSONWriter()
        try json.object(members)
        json.lineEnd()
        return json.take()
    }

    // MARK: - Structure

    /// An object with the members that the closure writes; commas are seen to here and below.
    package mutating func object(_ members: (inout JSONWriter) throws -> Void) rethrows {
        open(UInt8(ascii: "{"))
        try members(&self)
        close(UInt8(ascii: "}"))
    }

    /// A list of the values that the closure writes.
    package mutating func array(_ elements: (inout JSONWriter) throws -> Void) rethrows {
        open(UInt8(ascii: "["))
        try elements(&self)
        close(UInt8(ascii: "]"))
    }

    /// The name of the member whose value is written next.
    ///
    /// - Parameter name: Without anything that must be escaped: it is written as it is.
    package mutating func key(_ name: StaticString) {
        member(name, room: 0) { _ in }
        needsComma = false
    }

    /// The same with a name that is known only when it is written.
    package mutating func key(named name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Bytes between values that mean nothing to a parser: line ends, for those who read with other tools.
    package mutating func lineEnd() {
        bytes.append(UInt8(ascii: "\n"))
    }

    /// The next value stands alone, with no comma before it.
    package mutating func beginDocument() {
        needsComma = false
    }

    /// Begins an object or a list that a later call ends, for documents that no closure holds.
    package mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    package mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    // MARK: - Values

    package mutating func string(_ text: String) {
        openString()
        addText(text)
        closeString()
    }

    package mutating func integer(_ number: Int) {
        separate()
        bytes.append(room: JSONCursor.longestNumber) { $0.put(number) }
    }

    /// A finite number.
    package mutating func number(_ number: Double) {
        precondition(number.isFinite, "JSON has no \(number)")
        separate()
        bytes.append(contentsOf: String(number).utf8)
    }

    package mutating func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
    }

    package mutating func boolean(_ value: Bool) {
        separate()
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    // MARK: - Strings, a part after the other

    package mutating func openString() {
        separate()
        bytes.append(UInt8(ascii: "\""))
    }

    package mutating func closeString() {
        bytes.append(UInt8(ascii: "\""))
    }

    /// - Parameter text: UTF-8, or any part of it.
    package mutating func addText(_ text: Span<UInt8>) {
        bytes.appendEscaped(text)
    }

    package mutating func addText(_ text: String) {
        bytes.appendEscaped(text.utf8.span)
    }
}

// MARK: - Members

extension JSONWriter {
    /// A member, its key and all, put down at once.
    ///
    /// - Parameter room: The most bytes that the value takes.
    @inline(__always)
    private mutating func member(_ name: StaticString, room: Int, _ putValue: (inout JSONCursor) -> Void) {
        let isFirst = !needsComma
        bytes.append(room: name.utf8CodeUnitCount + 4 + room) { cursor in
            if !isFirst { cursor.put(UInt8(ascii: ",")) }
            cursor.put(UInt8(ascii: "\""))
            cursor.put(name)
            cursor.put(UInt8(ascii: "\""))
            cursor.put(UInt8(ascii: ":"))
            putValue(&cursor)
        }
        needsComma = true
    }

    /// An absent value is left out, with its key.
    package mutating func member(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        let text = value.utf8.span
        guard text.count <= JSONCursor.longestText else {
            key(name)
            return string(value)
        }
        member(name, room: JSONCursor.room(forText: text.count) + 2) { cursor in
            cursor.put(UInt8(ascii: "\""))
            cursor.put(escaped: text)
            cursor.put(UInt8(ascii: "\""))
        }
    }

    /// Begins a string that ``closeString()`` ends.
    package mutating func openString(_ name: StaticString) {
        member(name, room: 1) { $0.put(UInt8(ascii: "\"")) }
    }

    /// A string with nothing in it that must be escaped.
    package mutating func member(_ name: StaticString, plain text: Span<UInt8>) {
        member(name, room: text.count + 2) { cursor in
            cursor.put(UInt8(ascii: "\""))
            cursor.put(text)
            cursor.put(UInt8(ascii: "\""))
        }
    }

    /// A string that ends in a number.
    ///
    /// - Parameter beginning: As ``JSONWriter/escaped(_:)`` gives it.
    package mutating func member(_ name: StaticString, escaped beginning: Span<UInt8>, _ number: Int) {
        member(name, room: beginning.count + JSONCursor.longestNumber + 2) { cursor in
            cursor.put(UInt8(ascii: "\""))
            cursor.put(beginning)
            cursor.put(number)
            cursor.put(UInt8(ascii: "\""))
        }
    }

    /// Text as it stands within a string, for what is written often.
    package static func escaped(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendEscaped(text.utf8.span)
        return bytes
    }

    /// An absent value is left out, with its key.
    package mutating func member(_ name: StaticString, _ value: Int?) {
        guard let value else { return }
        member(name, room: JSONCursor.longestNumber) { $0.put(value) }
    }

    package mutating func member(_ name: StaticString, _ value: Double?) {
        guard let value else { return }
        key(name)
        number(value)
    }

    package mutating func member(_ name: StaticString, _ value: Bool) {
        key(name)
        boolean(value)
    }

    package mutating func object(
        _ name: StaticString, _ members: (inout JSONWriter) throws -> Void
    ) rethrows {
        key(name)
        try object(members)
    }

    package mutating func array(
        _ name: StaticString, _ elements: (inout JSONWriter) throws -> Void
    ) rethrows {
        key(name)
        try array(elements)
    }
}

// MARK: - Members whose names are known only when they are written

extension JSONWriter {
    package mutating func member(named name: String, _ value: String) {
        key(named: name)
        string(value)
    }

    package mutating func member(named name: String, _ value: Int) {
        key(named: name)
        integer(value)
    }

    package mutating func member(named name: String, _ value: Bool) {
        key(named: name)
        boolean(value)
    }

    package mutating func object(
        named name: String, _ members: (inout JSONWriter) throws -> Void
    ) rethrows {
        key(named: name)
        try object(members)
    }

    package mutating func array(
        named name: String, _ elements: (inout JSONWriter) throws -> Void
    ) rethrows {
        key(named: name)
        try array(elements)
    }
}
