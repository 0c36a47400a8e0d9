/// Any JSON, as a tree: for what is small, and for shapes that are not known beforehand. ``JSONReader`` is for the rest.
package enum JSONValue: Equatable, Sendable {
    case null
    case boolean(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    /// The members in the order written, those with the same key too.
    case object([Member])

    package struct Member: Equatable, Sendable {
        package var key: String
        package var value: JSONValue
    }

    /// Reads one document, with nothing but white space around it.
    package init(_ bytes: ArraySlice<UInt8>) throws(JSONError) {
        var reader = JSONReader(bytes)
        self = try reader.value()
        try reader.end()
    }

    package init(_ bytes: [UInt8]) throws(JSONError) {
        try self.init(bytes[...])
    }
}

extension JSONReader {
    /// The next value, whatever it is, as a tree.
    package mutating func value() throws(JSONError) -> JSONValue {
        switch try kind() {
        case .null:
            try null()
            return .null
        case .boolean: return .boolean(try boolean())
        case .number: return .number(try number())
        case .string: return .string(text(of: try string()))
        case .array:
            var elements: [JSONValue] = []
            try beginArray()
            while try nextElement() { elements.append(try value()) }
            return .array(elements)
        case .object:
            var members: [JSONValue.Member] = []
            try beginObject()
            while let key = try nextKey() { members.append(.init(key: text(of: key), value: try value())) }
            return .object(members)
        }
    }
}

// MARK: - Looking into it

extension JSONValue {
    /// The member of an object, the last of those with this key; nil where there is none, or no object.
    package subscript(_ key: String) -> JSONValue? {
        if case .object(let members) = self { members.last { $0.key == key }?.value } else { nil }
    }

    package var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    package var boolean: Bool? {
        if case .boolean(let value) = self { value } else { nil }
    }

    /// The number, where it is one and whole.
    package var integer: Int? {
        if case .number(let number) = self { number.integer } else { nil }
    }

    package var double: Double? {
        if case .number(let number) = self { number.double } else { nil }
    }

    /// The elements of an array; nil for all else.
    package var elements: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }
}
