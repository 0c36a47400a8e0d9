/// An AI Engine site as a value: requests in, answers out, by the rules that were measured on real ones.
struct SiteRules: Sendable {
    let settings: SiteSettings
    /// The address behind which the site is, such as `http://127.0.0.1:40001`; it stands in links.
    var origin = ""
    var nonces = SiteNonces()
    /// The turns of the public API, by chat.
    var discussions: [String: [ModelMessage]] = [:]
    /// What the model was asked, oldest first, each with its instructions, history and new message.
    private(set) var prompts: [[ModelMessage]] = []
    private(set) var violations: [SiteViolation] = []
    private var idsIssued: UInt64 = 0

    var version: PluginVersion { settings.version }
    var home: String { origin + settings.base }

    init(settings: SiteSettings) { self.settings = settings }

    /// The route of a request as WordPress names it, such as `/mwai/v1/start_session`.
    struct Route: Equatable {
        var path: String
        var isPretty: Bool
    }

    mutating func note(_ violation: SiteViolation) { violations.append(violation) }

    mutating func answer(to request: LoopbackRequest) -> SiteAnswer {
        guard let path = pathInSite(of: request) else { return .page(404, "<h1>404 Not Found</h1>") }
        guard let route = route(of: request, at: path) else { return page(for: request, at: path) }
        violations += SiteViolation.found(in: request)
        // WordPress checks a nonce before it looks for the route, wherever the nonce stands.
        let nonce = request.header("X-WP-Nonce") ?? request.query["_wpnonce"]
        let isStale = nonce.map { !nonces.isValid($0) } ?? false
        var answer = isStale ? SiteAnswer.invalidNonce : dispatch(request, route)
        if nonce != nil && !isStale { answer.headers.insert(("X-WP-Nonce", nonces.current), at: 0) }
        return withHeadersOfWordPress(answer, to: request, route)
    }

    // MARK: - Routes

    private func pathInSite(of request: LoopbackRequest) -> String? {
        guard request.path.hasPrefix(settings.base) else { return nil }
        return String(request.path.dropFirst(settings.base.count))
    }

    private func route(of request: LoopbackRequest, at path: String) -> Route? {
        var found: Route?
        if path.hasPrefix("//") {
            found = Route(path: path, isPretty: true)
        } else if settings.hasPrettyPermalinks && path.hasPrefix("/wp-json/") {
            found = Route(path: String(path.dropFirst(8)), isPretty: true)
        } else if path.hasPrefix("/index.php/wp-json/") {
            found = Route(path: String(path.dropFirst(18)), isPretty: false)
        } else if path.isEmpty || path == "/", let path = request.query["rest_route"] {
            found = Route(path: path, isPretty: false)
        }
        if let path = found?.path, path.count > 1, path.hasSuffix("/") { found?.path.removeLast() }
        return found
    }

    private mutating func dispatch(_ request: LoopbackRequest, _ route: Route) -> SiteAnswer {
        switch (request.method, route.path) {
        case ("POST", "/mwai/v1/start_session"): startSession(request, route)
        case ("POST", "/mwai-ui/v1/chats/submit"): submit(request)
        case ("GET", "/mwai-ui/v1"): index(of: "mwai-ui/v1", routes: ["chats/submit": "POST"])
        case ("GET", "/mwai/v1"): index(of: "mwai/v1", routes: publicRoutes)
        default: publicAPI(request, route)
        }
    }

    private var publicRoutes: [String: String] {
        var routes: [String: String] = version.hasStartSession ? ["start_session": "POST"] : [:]
        guard settings.token != nil else { return routes }
        routes["simpleAuthCheck"] = "GET"
        routes["simpleChatbotQuery"] = "POST"
        if version.listsChatbots { routes["listChatbots"] = "GET" }
        return routes
    }

    private func withHeadersOfWordPress(
        _ answer: SiteAnswer, to request: LoopbackRequest, _ route: Route
    ) -> SiteAnswer {
        var session: [(name: String, value: String)] = []
        if version.setsCookies && route.path.hasPrefix("/mwai/v1") && request.cookies["PHPSESSID"] == nil {
            session = [
                ("Set-Cookie", "PHPSESSID=\(SiteNonces.hexadecimal(idsIssued, digits: 26)); path=/"),
                ("Expires", "Thu, 19 Nov 1981 08:52:00 GMT"),
                ("Cache-Control", "no-store, no-cache, must-revalidate"),
                ("Pragma", "no-cache"),
            ]
        }
        // What says later how long to keep an answer replaces what the session said.
        if answer.isNotToBeCached { session.removeAll { $0.name == "Expires" || $0.name == "Cache-Control" } }
        var answer = answer
        if request.method == "GET" && !answer.isNotToBeCached { answer.headers.append(("Vary", "Origin")) }
        answer.headers = session + usualHeaders + answer.headers
        return answer
    }

    private var usualHeaders: [(name: String, value: String)] {
        let allowed = "Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type"
        return [
            ("X-Robots-Tag", "noindex"), linkHeader, ("X-Content-Type-Options", "nosniff"),
            ("Access-Control-Expose-Headers", "X-WP-Total, X-WP-TotalPages, Link"),
            ("Access-Control-Allow-Headers", allowed),
        ]
    }

    /// Where the routes are, on every page and answer.
    var linkHeader: (name: String, value: String) { ("Link", "<\(home)/wp-json/>; rel=\"https://api.w.org/\"") }

    // MARK: - Sessions

    private mutating func startSession(_ request: LoopbackRequest, _ route: Route) -> SiteAnswer {
        guard version.hasStartSession, route.isPretty || version.startsSessionsOnAnyForm else { return .noRoute }
        if version.hasBrokenStartSession { return .forbidden }
        let sessionID = version.setsCookies ? newID() : "N/A"
        var body = #"{"success":true,"sessionId":\#(PHPText.json(sessionID)),"restNonce":"\#(nonces.current)""#
        body += newToken(for: request) + "}"
        return .json(200, body, headers: sessionCookie(sessionID) + [("Allow", "POST")])
    }

    private func sessionCookie(_ sessionID: String) -> [(name: String, value: String)] {
        version.setsCookies ? [("Set-Cookie", "mwai_session_id=\(sessionID); path=/; HttpOnly")] : []
    }

    /// The cookie of a session for whoever comes without one.
    mutating func newSessionCookie(for request: LoopbackRequest) -> [(name: String, value: String)] {
        request.cookies["mwai_session_id"] == nil ? sessionCookie(newID()) : []
    }

    /// Another id of 13 digits, as PHP's `uniqid` makes them.
    mutating func newID() -> String {
        idsIssued += 1
        return SiteNonces.hexadecimal(0x6_B00F_3A77_0000 + idsIssued, digits: 13)
    }

    /// The member of a JSON object that tells of a fresher nonce; empty where there is nothing to tell.
    func newToken(for request: LoopbackRequest) -> String {
        guard version.givesNewToken, let nonce = request.header("X-WP-Nonce"), nonces.isAged(nonce) else { return "" }
        return #","new_token":"\#(nonces.current)""#
    }

    // MARK: - The model

    /// What the model replies, piece by piece; that it was asked is kept.
    mutating func ask(_ messages: [ModelMessage]) -> [String] {
        prompts.append(messages)
        return settings.model(messages)
    }
}
