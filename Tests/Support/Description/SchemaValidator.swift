/// Says what of a JSON value is not as its schema has it, by as much of JSON Schema (2020-12) as our descriptions use. A word
/// that it does not know is a fault of the schema: nothing goes unchecked.
package struct SchemaValidator: Sendable {
    /// What references point into.
    private let document: JSONValue

    package init(document: JSONValue) {
        self.document = document
    }

    /// Words that demand nothing.
    private static let remarks: Set<String> = ["description", "title", "default", "examples", "format"]

    /// - Parameter place: Where the value stands.
    /// - Returns: each fault in a line; none where all is well.
    package func faults(of value: JSONValue, against schema: JSONValue, at place: String = "$") -> [String] {
        guard case .object(let words) = schema else { return ["\(place): its schema is no object"] }
        var faults: [String] = []
        for (word, demand) in words.sorted(by: { $0.key < $1.key }) where !Self.remarks.contains(word) {
            faults += self.faults(of: value, word, demand, in: words, at: place)
        }
        return faults
    }

    private func faults(
        of value: JSONValue, _ word: String, _ demand: JSONValue, in schema: [String: JSONValue], at place: String
    ) -> [String] {
        switch word {
        case "$ref": return faults(of: value, against: resolve(demand), at: place)
        case "anyOf":
            let each = demand.elements.map { faults(of: value, against: $0, at: place) }
            return each.contains(where: \.isEmpty) ? [] : each.min { $0.count < $1.count } ?? []
        case "type":
            let types = demand.text.map { [$0] } ?? demand.elements.compactMap(\.text)
            return types.contains { value.isOfType($0) }
                ? [] : ["\(place): it is no \(types.joined(separator: " or "))"]
        case "const": return value == demand ? [] : ["\(place): it is not \(demand)"]
        case "enum": return demand.elements.contains(value) ? [] : ["\(place): it is none of those listed"]
        case "minimum", "maximum":
            guard case .number(let number) = value, case .number(let bound) = demand else { return [] }
            return (word == "minimum" ? number >= bound : number <= bound)
                ? [] : ["\(place): \(number) is out of bounds"]
        case "pattern":
            guard case .string(let text) = value, let pattern = demand.text else { return [] }
            guard let regex = try? Regex(pattern) else { return ["\(place): its pattern is none"] }
            return text.contains(regex) ? [] : ["\(place): '\(text)' is not like \(pattern)"]
        case "minItems", "maxItems":
            guard case .array(let elements) = value, let bound = demand.integer else { return [] }
            let fits = word == "minItems" ? elements.count >= bound : elements.count <= bound
            return fits ? [] : ["\(place): there are \(elements.count)"]
        case "maxProperties":
            guard case .object(let members) = value, let bound = demand.integer else { return [] }
            return members.count <= bound ? [] : ["\(place): there are \(members.count)"]
        case "items":
            guard case .array(let elements) = value else { return [] }
            return elements.enumerated().flatMap { faults(of: $1, against: demand, at: "\(place)[\($0)]") }
        case "required":
            guard case .object(let members) = value else { return [] }
            return demand.elements.compactMap(\.text).filter { members[$0] == nil }.map { "\(place): no \($0)" }
        case "properties":
            guard case .object(let members) = value, case .object(let known) = demand else { return [] }
            return known.flatMap { name, schema in
                members[name].map { faults(of: $0, against: schema, at: "\(place).\(name)") } ?? []
            }
        case "additionalProperties":
            guard case .object(let members) = value, demand != .boolean(true) else { return [] }
            let known = schema["properties"]?.keys ?? []
            return members.filter { !known.contains($0.key) }.flatMap { name, member in
                demand == .boolean(false)
                    ? ["\(place): it has a \(name)"] : faults(of: member, against: demand, at: "\(place).\(name)")
            }
        default: return ["\(place): its schema has '\(word)', which nobody checks"]
        }
    }

    /// `#/components/schemas/Chat`
    func resolve(_ reference: JSONValue) -> JSONValue {
        (reference.text ?? "").split(separator: "/").dropFirst().reduce(document) { $0[String($1)] ?? .null }
    }
}

extension JSONValue {
    fileprivate func isOfType(_ name: String) -> Bool {
        switch (self, name) {
        case (.null, "null"), (.boolean, "boolean"), (.number, "number"), (.string, "string"), (.array, "array"),
            (.object, "object"):
            true
        case (.number(let number), "integer"): number == number.rounded()
        default: false
        }
    }
}
