/// What `Docs/openapi.json` says of the service.
package struct ServiceDescription: Sendable {
    /// As it is in this working copy.
    package static let current = try! ServiceDescription()

    private let document: JSONValue
    private let validator: SchemaValidator

    private init() throws {
        let package = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        let bytes = try Files.read("\(package)/Docs/openapi.json")
        document = try JSONValue(String(decoding: bytes, as: UTF8.self))
        validator = SchemaValidator(document: document)
    }

    private var paths: [String: JSONValue] {
        if case .object(let paths) = document["paths"] { paths } else { [:] }
    }

    /// `GET /v1/models`, and so on.
    package var operations: Set<String> {
        Set(paths.flatMap { path, operations in operations.keys.map { "\($0.uppercased()) \(path)" } })
    }

    /// What is not as it says of an answer, each in a line.
    ///
    /// - Parameters:
    ///   - path: As it was asked for, with its query.
    ///   - type: The answer's content type; nil where it has none.
    package func faults(
        ofAnswerTo method: String, _ path: String, status: Int, type: String?, body: String
    ) -> [String] {
        guard method != "HEAD", !body.isEmpty else { return [] }
        let operation = operation(method, String(path.prefix { $0 != "?" }))
        let described = operation?["responses"]?["\(status)"]
        guard let response = described ?? (status >= 400 ? errorResponse : nil) else {
            return ["\(method) \(path): nobody told of its status \(status)"]
        }
        let name = (type ?? "").prefix { $0 != ";" }
        guard let content = response["content"]?[String(name)], let schema = content["schema"] else {
            return ["\(method) \(path): nobody told of its content of type '\(name)'"]
        }
        let faults =
            switch name {
            case "application/json": faults(of: body, against: schema)
            case "text/event-stream": faults(ofEvents: body, as: content["x-events"] ?? .null)
            default: [String]()
            }
        return faults.map { "\(method) \(path), \(status): \($0)" }
    }

    private var errorResponse: JSONValue? { document["components"]?["responses"]?["Error"] }

    private func operation(_ method: String, _ path: String) -> JSONValue? {
        let segments = path.split(separator: "/")
        let fitting = paths.keys.filter { pattern in
            let parts = pattern.split(separator: "/")
            return parts.count == segments.count && zip(parts, segments).allSatisfy { $0.first == "{" || $0 == $1 }
        }
        // Of several the one with the fewest variables.
        let pattern = fitting.min { $0.count { $0 == "{" } < $1.count { $0 == "{" } }
        return pattern.flatMap { paths[$0]?[method.lowercased()] }
    }

    private func faults(of text: String, against schema: JSONValue) -> [String] {
        guard let value = try? JSONValue(text) else { return ["it is no JSON: \(text.prefix(100))"] }
        return validator.faults(of: value, against: schema)
    }

    private func faults(ofEvents text: String, as schemas: JSONValue) -> [String] {
        ServerSentEvent.events(in: text).flatMap { event in
            if event.data == "[DONE]" { return [String]() }
            guard let schema = schemas[event.name] else { return ["nobody told of an event '\(event.name)'"] }
            return faults(of: event.data, against: schema).map { "event '\(event.name)': \($0)" }
        }
    }
}
