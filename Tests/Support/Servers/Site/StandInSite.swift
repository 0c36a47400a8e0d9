private import Synchronization

/// A WordPress site with AI Engine on this machine, which plays by the rules of the real one and notes what a client does
/// wrong.
package final class StandInSite: Sendable {
    /// What a test lets fail: the next calls of a route, before anything is checked.
    package enum Call: Sendable, Hashable {
        case startSession, submit
    }

    /// What the threads of the server share.
    private final class State: Sendable {
        struct Value: Sendable {
            var rules: SiteRules
            var failures: [Call: [Answer]] = [:]
            var sessionGate: Gate?
            var gates: [Int: Gate] = [:]  // by the piece before which they are
            var sessionsBeingStarted = 0
        }

        let value: Mutex<Value>
        init(_ settings: SiteSettings) { value = Mutex(Value(rules: SiteRules(settings: settings))) }
    }

    /// What has been asked; also to wait for requests, and for clients to leave.
    package let server: LoopbackServer
    /// The base that a client is given, without a slash at its end.
    package let address: String
    /// The address of the page with the widget.
    package let page: String
    private let state: State

    package init(_ settings: SiteSettings = SiteSettings()) throws {
        let state = State(settings)
        self.state = state
        server = try LoopbackServer(
            arrival: { Self.note($0, state) },
            { try Self.serve($0, on: $1, state) })
        address = server.address + settings.base
        page = address + settings.page
        let origin = server.address
        state.value.withLock { $0.rules.origin = origin }
    }

    package convenience init(version: PluginVersion) throws { try self.init(SiteSettings(version: version)) }

    // MARK: - What a test asks

    /// What clients did that they must not; a test wants none.
    package var violations: [SiteViolation] { state.value.withLock { $0.rules.violations } }

    /// What the model was given, oldest first: instructions, history, new message.
    package var prompts: [[ModelMessage]] { state.value.withLock { $0.rules.prompts } }

    /// The nonce that is handed out now.
    package var nonce: String { state.value.withLock { $0.rules.nonces.current } }

    package func calls(of call: Call) -> Int { server.requests.all.count { Self.call($0) == call } }

    // MARK: - What a test does

    /// Moves on by half a day: the nonce is still taken, and replaced.
    package func ageNonces() { state.value.withLock { $0.rules.nonces.age() } }

    /// Moves on by a day: nonces handed out so far are refused.
    package func expireNonces() { state.value.withLock { $0.rules.nonces.expire() } }

    /// Lets the next calls get this answer instead.
    package func failNext(_ count: Int = 1, of call: Call = .submit, with answer: Answer) {
        state.value.withLock { $0.failures[call, default: []] += Array(repeating: answer, count: count) }
    }

    /// Answers no `start_session` until the gate is open.
    package func holdSessions(at gate: Gate) { state.value.withLock { $0.sessionGate = gate } }

    /// Sends the piece with this number, 0, 1, 2 … in every submitted answer, and what follows, when the gate is open. The
    /// head comes with the first piece, as from the real site.
    package func hold(beforePiece piece: Int, at gate: Gate) { state.value.withLock { $0.gates[piece] = gate } }

    // MARK: - Serving

    private static func call(_ request: LoopbackRequest) -> Call? {
        guard request.method == "POST" else { return nil }
        let route = request.query["rest_route"] ?? request.path
        if route.hasSuffix("/mwai/v1/start_session") { return .startSession }
        return route.hasSuffix("/mwai-ui/v1/chats/submit") ? .submit : nil
    }

    /// Notes what a single request does not show. Before the test can see the request, so that it may open a gate then.
    private static func note(_ request: LoopbackRequest, _ state: State) {
        guard call(request) == .startSession else { return }
        state.value.withLock { state in
            if request.header("X-WP-Nonce") != nil { state.rules.note(.nonceSentToStartSession) }
            if state.sessionsBeingStarted > 0 { state.rules.note(.concurrentStartSessions) }
            state.sessionsBeingStarted += 1
        }
    }

    private static func serve(_ request: LoopbackRequest, on connection: LoopbackConnection, _ state: State) throws {
        let call = call(request)
        if call == .startSession { try startSession(on: connection, state) }
        try answer(request, call, on: connection, state)
    }

    private static func startSession(on connection: LoopbackConnection, _ state: State) throws(LoopbackConnection.End) {
        // It is over before the client gets to know, who may start the next one then.
        defer { state.value.withLock { $0.sessionsBeingStarted -= 1 } }
        if let gate = state.value.withLock({ $0.sessionGate }) { try connection.wait(at: gate) }
    }

    private static func answer(
        _ request: LoopbackRequest, _ call: Call?, on connection: LoopbackConnection, _ state: State
    ) throws {
        let failure = state.value.withLock { state -> Answer? in
            guard let call, let waiting = state.failures[call], !waiting.isEmpty else { return nil }
            return state.failures[call]?.removeFirst()
        }
        if let failure { return try failure.give(to: request, on: connection) }
        let (answer, gates) = state.value.withLock { ($0.rules.answer(to: request), $0.gates) }
        try send(answer, to: request, on: connection, call == .submit ? gates : [:])
    }

    private static func send(
        _ answer: SiteAnswer, to request: LoopbackRequest, on connection: LoopbackConnection, _ gates: [Int: Gate]
    ) throws(LoopbackConnection.End) {
        let head = HTTPResponse.head(
            answer.status,
            [
                ("Server", "nginx"), ("Date", "Sat, 21 Nov 2026 01:28:32 GMT"), ("Content-Type", answer.contentType),
                ("Transfer-Encoding", "chunked"), ("Connection", request.asksToClose ? "close" : "keep-alive"),
            ] + answer.headers)
        for (index, piece) in answer.pieces.enumerated() {
            if let gate = gates[index] { try connection.wait(at: gate) }
            // No header is sent before the first event.
            try connection.write((index == 0 ? head : []) + chunks(of: piece, isSplit: index.isMultiple(of: 2)))
        }
        try connection.write(HTTPResponse.lastChunk)
    }

    /// The line and the end of an event come in one chunk or in two, as chance has it with a real site.
    private static func chunks(of piece: String, isSplit: Bool) -> [UInt8] {
        let bytes = Array(piece.utf8)
        guard isSplit, piece.hasSuffix("\n\n") else { return HTTPResponse.chunk(bytes) }
        return HTTPResponse.chunk(bytes.dropLast(2)) + HTTPResponse.chunk(bytes.suffix(2))
    }
}
