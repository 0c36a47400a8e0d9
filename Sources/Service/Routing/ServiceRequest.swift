package import Conversations
package import HTTPTypes
internal import HummingbirdCore
package import JSON
package import Logging
package import NIOCore

/// A request that was let in, and found its route.
package struct ServiceRequest: Sendable {
    /// `req_…`: in the answer's `x-request-id`, and in the log.
    package let id: String
    package let head: HTTPRequest
    /// The values of the route's variable segments, decoded, in their order.
    package let variables: [String]
    package let query: QueryItems
    /// Whose key it came with.
    package let owner: Owner
    package let channel: any Channel
    package let logger: Logger
    let body: RequestBody
    /// In bytes.
    let maximumBodyBytes: Int

    /// The whole body.
    ///
    /// - Throws: ``ServiceError`` where it is larger than is taken.
    package func bytes() async throws -> [UInt8] {
        if let length = head.headerFields[.contentLength].flatMap(Int.init), length > maximumBodyBytes {
            throw tooLarge
        }
        var bytes: [UInt8] = []
        for try await part in body {
            guard bytes.count + part.readableBytes <= maximumBodyBytes else { throw tooLarge }
            bytes.append(contentsOf: part.readableBytesView)
        }
        return bytes
    }

    /// The body, a JSON object.
    ///
    /// - Parameter isOptional: No body at all is an empty object.
    /// - Throws: ``ServiceError`` where it is none, or larger than is taken.
    package func object(isOptional: Bool = false) async throws -> JSONValue {
        try object(from: await bytes(), isOptional: isOptional)
    }

    /// The same of a body that has been read.
    func object(from bytes: [UInt8], isOptional: Bool = false) throws(ServiceError) -> JSONValue {
        if isOptional && bytes.isEmpty { return .object([]) }
        guard let type = head.headerFields[.contentType], Self.isJSON(type) else {
            throw ServiceError(
                .unsupportedMediaType, type: "invalid_request_error", code: "unsupported_media_type",
                "The body has to be JSON, with 'Content-Type: application/json'.")
        }
        let value: JSONValue
        do {
            value = try JSONValue(bytes)
        } catch {
            throw ServiceError.invalid(nil, "The body is not JSON, from byte \(error.offset) on.")
        }
        guard case .object = value else { throw ServiceError.invalid("invalid_type", "The body has to be an object.") }
        return value
    }

    private static func isJSON(_ type: String) -> Bool {
        let name = type.prefix { $0 != ";" && $0 != " " }
        return name.lowercased() == "application/json"
    }

    private var tooLarge: ServiceError {
        // What is still to come of it is not read: the connection ends with the answer.
        ServiceError(
            .contentTooLarge, type: "invalid_request_error", code: "request_too_large",
            "The body is larger than the \(maximumBodyBytes) bytes that are taken.", headers: [.connection: "close"])
    }
}
