internal import JSON

/// The fields of an object in a request. What is wrong with one is told with its place, as `messages[2].role`.
///
/// A field that is null is absent.
struct RequestFields {
    let object: JSONValue
    /// Where the object is: `messages[2]`; empty for the whole body.
    let place: String

    init(_ object: JSONValue, at place: String = "") {
        self.object = object
        self.place = place
    }

    func place(of name: String) -> String { place.isEmpty ? name : "\(place).\(name)" }

    /// The field, whatever it is; nil where it is absent.
    subscript(_ name: String) -> JSONValue? {
        guard let value = object[name], value != .null else { return nil }
        return value
    }

    func require<Value>(_ name: String, _ value: Value?) throws(ServiceError) -> Value {
        guard let value else { throw .missing(place(of: name)) }
        return value
    }

    // MARK: - By type

    /// - Parameter limit: In characters as people count code points.
    func string(_ name: String, upTo limit: Int? = nil) throws(ServiceError) -> String? {
        guard let value = self[name] else { return nil }
        guard let text = value.string else { throw .wrongType(of: place(of: name), wanted: "a string") }
        if let limit, text.unicodeScalars.count > limit {
            throw .tooLong(place(of: name), limit: limit)
        }
        return text
    }

    func boolean(_ name: String) throws(ServiceError) -> Bool? {
        guard let value = self[name] else { return nil }
        guard let boolean = value.boolean else { throw .wrongType(of: place(of: name), wanted: "true or false") }
        return boolean
    }

    func integer(_ name: String, in range: ClosedRange<Int>) throws(ServiceError) -> Int? {
        guard let value = self[name] else { return nil }
        guard let number = value.integer else { throw .wrongType(of: place(of: name), wanted: "a whole number") }
        guard range.contains(number) else { throw .outOfRange(place(of: name), range) }
        return number
    }

    func number(_ name: String, in range: ClosedRange<Double>) throws(ServiceError) -> Double? {
        guard let value = self[name] else { return nil }
        guard let number = value.double else { throw .wrongType(of: place(of: name), wanted: "a number") }
        guard range.contains(number) else {
            throw .wrongValue(of: place(of: name), wanted: "from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func fields(_ name: String) throws(ServiceError) -> RequestFields? {
        guard let value = self[name] else { return nil }
        guard case .object = value else { throw .wrongType(of: place(of: name), wanted: "an object") }
        return RequestFields(value, at: place(of: name))
    }

    func list(_ name: String, upTo limit: Int? = nil) throws(ServiceError) -> [JSONValue]? {
        guard let value = self[name] else { return nil }
        guard let elements = value.elements else { throw .wrongType(of: place(of: name), wanted: "a list") }
        if let limit, elements.count > limit {
            throw .invalid(
                "array_above_max_length",
                "'\(place(of: name))' holds \(elements.count) entries: \(limit) are taken at once.",
                parameter: place(of: name))
        }
        return elements
    }

    // MARK: - By meaning

    /// Notes of the client's own: at most 16, names of 64 and values of 512 characters.
    func metadata(_ name: String) throws(ServiceError) -> [String: String]? {
        guard let value = self[name] else { return nil }
        guard case .object(let members) = value else { throw .wrongType(of: place(of: name), wanted: "an object") }
        var notes: [String: String] = [:]
        for member in members {
            let place = "\(place(of: name)).\(member.key)"
            guard let text = member.value.string else { throw .wrongType(of: place, wanted: "a string") }
            guard member.key.unicodeScalars.count <= 64 else {
                throw .tooLong(self.place(of: name), limit: 64)
            }
            guard text.unicodeScalars.count <= 512 else { throw .tooLong(place, limit: 512) }
            notes[member.key] = text
        }
        guard notes.count <= 16 else {
            throw .invalid(
                "object_above_max_properties", "'\(place(of: name))' holds \(notes.count) entries: 16 are taken.",
                parameter: place(of: name))
        }
        return notes
    }

    /// - Parameter allowed: What the field may say.
    func choice(_ name: String, of allowed: [String]) throws(ServiceError) -> String? {
        guard let text = try string(name) else { return nil }
        guard allowed.contains(text) else {
            throw .wrongValue(of: place(of: name), wanted: allowed.map { "'\($0)'" }.joined(separator: " or "))
        }
        return text
    }
}

extension ServiceError {
    static func tooLong(_ parameter: String, limit: Int) -> ServiceError {
        invalid(
            "string_above_max_length", "'\(parameter)' is longer than \(limit) characters.", parameter: parameter)
    }

    static func outOfRange(_ parameter: String, _ range: ClosedRange<Int>) -> ServiceError {
        invalid(
            "integer_out_of_range",
            "'\(parameter)' has to be from \(range.lowerBound) to \(range.upperBound).", parameter: parameter)
    }
}
