internal import Conversations
internal import JSON

/// The fields of a body of the own surface. One that it does not know is refused, so that nobody believes that it was heeded.
struct OwnFields {
    private let fields: RequestFields

    /// - Parameter known: The fields that there may be.
    init(_ object: JSONValue, _ known: String...) throws(ServiceError) {
        fields = RequestFields(object)
        guard case .object(let members) = object else { return }
        for member in members where !known.contains(member.key) {
            throw .invalid(
                "unknown_parameter", "Unknown field '\(member.key)': there may be \(known.joined(separator: ", ")).",
                parameter: member.key)
        }
    }

    func string(_ name: String) throws(ServiceError) -> String? { try fields.string(name) }
    func boolean(_ name: String) throws(ServiceError) -> Bool? { try fields.boolean(name) }

    func integer(_ name: String, in range: ClosedRange<Int>) throws(ServiceError) -> Int? {
        try fields.integer(name, in: range)
    }

    func require<Value>(_ name: String, _ value: Value?) throws(ServiceError) -> Value {
        try fields.require(name, value)
    }

    func strings(_ name: String) throws(ServiceError) -> [String]? {
        try fields.list(name).map { elements throws(ServiceError) in
            var texts: [String] = []
            for (index, element) in elements.enumerated() {
                guard let text = element.string else { throw .wrongType(of: "\(name)[\(index)]", wanted: "a string") }
                texts.append(text)
            }
            return texts
        }
    }

    /// A text, or, in the inner nil, the wish that there be none: null, or an empty text.
    func textOrNone(_ name: String) throws(ServiceError) -> String?? {
        guard let value = fields.object[name] else { return nil }
        if value == .null { return .some(nil) }
        guard let text = value.string else { throw .wrongType(of: name, wanted: "a string or null") }
        return .some(text.isEmpty ? nil : text)
    }

    /// Notes by name; null takes one away.
    func notes(_ name: String) throws(ServiceError) -> [String: String?] {
        guard let object = try fields.fields(name)?.object, case .object(let members) = object else { return [:] }
        var notes: [String: String?] = [:]
        for member in members {
            guard member.value == .null || member.value.string != nil else {
                throw .wrongType(of: "\(name).\(member.key)", wanted: "a string or null")
            }
            notes.updateValue(member.value.string, forKey: member.key)
        }
        return notes
    }

    /// Makes a title or a tag of this field.
    func label<Label>(_ name: String, _ make: () throws -> Label) throws -> Label {
        do {
            return try make()
        } catch let error as ChatLabelError {
            throw ServiceError(error, of: name)
        }
    }
}

extension ServiceError {
    fileprivate init(_ error: ChatLabelError, of parameter: String) {
        self =
            switch error {
            case .longTitle(_, let limit), .longTag(_, let limit): .tooLong(parameter, limit: limit)
            case .emptyTag: .wrongValue(of: parameter, wanted: "a text that is not empty")
            case .tagOfControls: .wrongValue(of: parameter, wanted: "one line of plain characters")
            }
    }

    static func badCursor(_ parameter: String) -> ServiceError {
        .wrongValue(of: parameter, wanted: "the 'next' of an earlier answer, which is in order of time")
    }
}
