package import Conversations
package import HTTPTypes

/// Lets in who asks by a name of ours, from no foreign page, with a good key.
package struct RequestGuard: Admission {
    private let hosts: AllowedHosts
    private let origins: AllowedOrigins
    private let keys: KeyRing
    private let rate: RateLimit?

    /// - Parameter rate: nil where each may ask as often as they like.
    package init(hosts: AllowedHosts, origins: AllowedOrigins, keys: KeyRing, rate: RateLimit? = nil) {
        self.hosts = hosts
        self.origins = origins
        self.keys = keys
        self.rate = rate
    }

    package func admit(_ head: HTTPRequest, access: Route.Access) async throws -> Owner {
        let authority = try checkHost(of: head)
        if let origin = head.headerFields[.origin], !head.method.isSafe {
            guard origins.allows(origin, at: authority) else { throw ServiceError.foreignOrigin }
        }
        // Whoever may ask without a key asks as nobody: such routes give out nobody's chats.
        guard access == .withKey else { return .nobody }
        guard let key = try Self.key(in: head),
            let owner = try await keys.owner(ofKeyHash: ServiceKeyText.hash(key))
        else { throw ServiceError.invalidKey }
        if let seconds = rate?.take(owner) { throw ServiceError.tooManyRequests(after: seconds) }
        return owner
    }

    /// Which of our names it was asked by.
    private func checkHost(of head: HTTPRequest) throws(ServiceError) -> String {
        // The first one is the authority; a second would be another's idea of where this goes.
        guard let authority = head.authority, head.headerFields[values: .secondHost].isEmpty else {
            throw .invalid("invalid_host", "The request has to have one Host header.")
        }
        guard let host = HostName(authority: authority), hosts.contains(host) else { throw .foreignHost }
        return authority
    }

    /// The key that was sent, as Bearer and in no other way; nil for none.
    private static func key(in head: HTTPRequest) throws(ServiceError) -> Substring? {
        let fields = head.headerFields[values: .authorization]
        guard let field = fields.first else { return nil }
        let parts = field.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard fields.count == 1, parts.count == 2, parts[0].lowercased() == "bearer" else { throw .invalidKey }
        let key = parts[1].drop { $0 == " " }
        guard key.utf8.count <= ServiceKeyText.maximumLength, ServiceKeyText.isSendable(key) else { throw .invalidKey }
        return key
    }

    // MARK: - Browsers

    package func preflight(_ head: HTTPRequest) throws -> ServiceAnswer? {
        guard head.method == .options, let origin = head.headerFields[.origin],
            head.headerFields[.accessControlRequestMethod] != nil
        else { return nil }
        _ = try checkHost(of: head)
        guard origins.lists(origin) else { throw ServiceError.foreignOrigin }
        var headers: HTTPFields = [
            .accessControlAllowMethods: "GET, HEAD, POST, PATCH, DELETE",
            .accessControlMaxAge: "600",
        ]
        // What a page may send is no secret to keep from a page that is let in.
        headers[.accessControlAllowHeaders] = head.headerFields[.accessControlRequestHeaders]
        return .whole(.noContent, headers, [])
    }

    package func addHeaders(to answer: inout ServiceAnswer, for head: HTTPRequest) {
        guard let origin = head.headerFields[.origin], origins.lists(origin) else { return }
        answer.headers[.accessControlAllowOrigin] = origin
        answer.headers[.accessControlExposeHeaders] = "x-request-id, Retry-After, x-should-retry"
        answer.headers[.vary] = "Origin"
    }
}

extension ServiceAnswer {
    fileprivate var headers: HTTPFields {
        get {
            switch self {
            case .whole(_, let headers, _), .stream(_, let headers, _): headers
            }
        }
        set {
            switch self {
            case .whole(let status, _, let bytes): self = .whole(status, newValue, bytes)
            case .stream(let status, _, let send): self = .stream(status, newValue, send)
            }
        }
    }
}

extension HTTPRequest.Method {
    /// It changes nothing.
    fileprivate var isSafe: Bool { [.get, .head, .options].contains(self) }
}

extension Owner {
    /// Has no chats.
    static let nobody = Owner(rawValue: "")
}

extension ServiceError {
    static let invalidKey = ServiceError(
        .unauthorized, type: "invalid_request_error", code: "invalid_api_key",
        "The API key is missing or wrong: send 'Authorization: Bearer KEY'.", headers: [.wwwAuthenticate: "Bearer"])
    static let foreignHost = ServiceError(
        .forbidden, type: "forbidden", code: "host_not_allowed",
        "This server does not answer to the name in the Host header: whoever runs it can allow it with --allow-host.")
    static let foreignOrigin = ServiceError(
        .forbidden, type: "forbidden", code: "origin_not_allowed",
        "Pages of this origin may not use this server: whoever runs it can allow it with --cors-origin.")
}

extension HTTPField.Name {
    /// The library takes the first for the authority, and leaves others among the fields.
    fileprivate static let secondHost = HTTPField.Name("Host")!
}
