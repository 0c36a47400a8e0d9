package import HTTPTypes

/// One address of the service, or a family of them, and what answers there.
package struct Route: Sendable {
    package typealias Handler = @Sendable (ServiceRequest) async throws -> ServiceAnswer

    /// Who may ask.
    package enum Access: Sendable {
        /// Whoever has a key.
        case withKey
        /// Anybody.
        case open
    }

    package let method: HTTPRequest.Method
    /// `/v1/models/{model}`, say: what stands in braces matches any one segment. It names the route in logs and metrics.
    package let pattern: String
    package let access: Access
    package let handler: Handler
    let segments: [Segment]

    enum Segment: Equatable, Sendable {
        case literal(String)
        case variable
    }

    package init(
        _ method: HTTPRequest.Method, _ pattern: String, access: Access = .withKey, handler: @escaping Handler
    ) {
        self.method = method
        self.pattern = pattern
        self.access = access
        self.handler = handler
        segments = pattern.split(separator: "/").map { $0.first == "{" ? .variable : .literal(String($0)) }
    }

    /// The values of the variable segments; nil where the path is another.
    func match(_ path: [String]) -> [String]? {
        guard path.count == segments.count else { return nil }
        var values: [String] = []
        for (segment, text) in zip(segments, path) {
            switch segment {
            case .literal(text): break
            case .literal: return nil
            case .variable: values.append(text)
            }
        }
        return values
    }
}
