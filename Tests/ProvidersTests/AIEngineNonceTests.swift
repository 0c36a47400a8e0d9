import Conversations
import Providers
import SQLite
import Storage
import Support
import Testing

/// What lets a guest in: had once, shared by all, renewed when it has to be.
@Outside @Suite(.timeLimit(.minutes(2)))
struct AIEngineNonceTests {
    private let program: Program

    init() async throws {
        program = try await Program()
    }

    private func settings(_ site: StandInSite) -> [String: ConfigurationValue] {
        ["kind": .text("ai-engine"), "url": .text(site.address)]
    }

    /// Says hello in as many new chats at once, to the providers in turn.
    @concurrent
    private func sayAtOnce(_ count: Int, _ talks: [(Program, any ProbedProvider)]) async throws -> [Exchange] {
        try await withThrowingTaskGroup { group in
            for number in 0..<count {
                let (program, provider) = talks[number % talks.count]
                group.addTask { try await program.say("Hello \(number)", to: provider) }
            }
            var exchanges: [Exchange] = []
            for try await exchange in group { exchanges.append(exchange) }
            return exchanges
        }
    }

    // MARK: - One for all

    @Test func `fifty exchanges in two processes get by with one nonce, and with one more when that has expired`()
        async throws
    {
        let site = try StandInSite()
        let other = try await program.another()
        let talks = [
            (program, try await program.provider(settings(site))), (other, try await other.provider(settings(site))),
            (program, try await program.provider(settings(site))), (other, try await other.provider(settings(site))),
        ]
        let gate = try Gate()
        site.holdSessions(at: gate)
        async let first = sayAtOnce(50, talks)
        try site.server.waitForRequests(1)
        gate.open()
        let complete = try await first.count(where: \.isComplete)
        #expect(complete == 50)
        #expect(site.calls(of: .startSession) == 1)
        #expect(site.calls(of: .submit) == 50)

        site.expireNonces()
        let second = try await sayAtOnce(50, talks)
        #expect(second.count { $0.isComplete } == 50)
        #expect(site.calls(of: .startSession) == 2)
        #expect(site.calls(of: .submit) == 50 + 50 + second.count { $0.attempts.count == 2 })
        #expect(second.contains { $0.attempts.count == 2 })
        #expect(site.violations == [])
        #expect(try await program.attempts(.nonce).map(\.result.outcome) == [.ok, .ok])
    }

    @Test func `when a nonce cannot be had, all who wait for it fail at once`() async throws {
        let site = try StandInSite()
        let page = Answer.response("<h1>Forbidden</h1>", status: 403, type: "text/html")
        site.failNext(100, of: .startSession, with: page)
        let gate = try Gate()
        site.holdSessions(at: gate)
        let memory = WatchedMemory(memory: program.store)
        let provider = try await program.provider(settings(site), memory: memory)
        async let exchanges = sayAtOnce(10, [(program, provider)])
        try memory.claims.wait(for: "ten to ask for a nonce") { Set($0).count == 10 }
        gate.open()
        let causes = try await exchanges.map(\.error?.cause)
        #expect(causes == Array(repeating: .httpStatus(403), count: 10))
        #expect(site.calls(of: .startSession) == 1)
        #expect(site.calls(of: .submit) == 0)
        // The next one tries again.
        _ = try await program.say("Hello", to: provider)
        #expect(site.calls(of: .startSession) == 2)
        #expect(try await program.attempts(.nonce).map(\.result.outcome) == [.http4xx, .http4xx])
        // Each of them tells which answer it was.
        let chats = try await program.attempts(.chat)
        #expect(chats.map(\.result.httpStatus) == Array(repeating: 403, count: 11))
        #expect(chats.allSatisfy { $0.result.firstByteMilliseconds == nil })
    }

    @Test func `who stops waiting leaves the nonce to the next`() async throws {
        let site = try StandInSite()
        let gate = try Gate()
        site.holdSessions(at: gate)
        let provider = try await program.provider(settings(site))
        let stopped = Task { @concurrent [program] in try await program.say("Hello", to: provider) }
        try site.server.waitForRequests(1)
        stopped.cancel()
        #expect(try await stopped.value.reply.error?.code == "stopped")
        gate.open()
        #expect(try await program.say("Hello", to: provider).isComplete)
        #expect(try await program.attempts(.nonce).map(\.result.outcome) == [.cancelled, .ok])
    }

    @Test func `who stops waits for nobody's lock`() async throws {
        let site = try StandInSite()
        let gate = try Gate()
        defer { gate.open() }
        site.holdSessions(at: gate)
        let provider = try await program.provider(settings(site))
        let waits = Recorded<String>()
        let stopped = Task { @concurrent in
            try await SQLiteConversationStore.tellingOfWaits({ waits.append("waited") }) {
                try await provider.probe(measuring: AttemptMeter(uptime: { .zero }))
            }
        }
        try site.server.waitForRequests(1, of: "POST /wp-json/mwai/v1/start_session")
        #expect(try await program.attempts(.nonce).map(\.result.outcome) == [.pending])
        let path = program.databasePath
        let other = DatabaseWorker(label: "other") { try Connection(path: path, access: .readWrite) }
        try await other.run { try $0.execute("BEGIN IMMEDIATE") }
        stopped.cancel()
        let result = await stopped.result
        try await other.run { try $0.execute("COMMIT") }
        #expect(throws: CancellationError.self) { try result.get() }
        #expect(waits.all == [])
        #expect(try await program.attempts(.nonce).map(\.result.outcome) == [.pending])
    }

    @Test func `without a store that can be written one talks all the same`() async throws {
        let site = try StandInSite()
        let memory = WatchedMemory(memory: program.store, isReadOnly: true)
        let provider = try await program.provider(settings(site), memory: memory)
        for _ in 1...2 { #expect(try await program.say("Hello", to: provider).isComplete) }
        #expect(site.calls(of: .startSession) == 1)
    }

    // MARK: - Refused

    @Test func `an expired nonce is renewed once and the message sent once more`() async throws {
        let site = try StandInSite()
        _ = try await program.say("Hello", to: program.provider(settings(site)))
        site.expireNonces()
        let exchange = try await program.say("Hello", to: program.provider(settings(site)))
        #expect(exchange.isComplete)
        #expect(exchange.attempts.map(\.result.outcome) == [.nonceRejected, .ok])
        #expect(exchange.attempts.map(\.result.fault) == [.none, .none])
        #expect(site.calls(of: .startSession) == 2)
        #expect(site.calls(of: .submit) == 3)
        #expect(site.violations == [])
    }

    @Test(arguments: ["submit-bad-nonce-403", "submit-no-nonce-401", "noise-html-prefix-bad-nonce-200"])
    func `a site that refuses every nonce is left alone`(recording: String) async throws {
        let site = try StandInSite()
        site.failNext(100, with: try .recording(recording))
        let exchange = try await program.say("Hello", to: program.provider(settings(site)))
        #expect(exchange.error?.cause == .nonceRejected)
        #expect(exchange.attempts.map(\.result.outcome) == [.nonceRejected, .nonceRejected])
        #expect(exchange.attempts.map(\.result.fault) == [.none, .provider])
        #expect(site.calls(of: .submit) == 2)
        #expect(site.calls(of: .startSession) == 2)
        #expect(program.waits.all == [])
    }

    // MARK: - Replaced

    @Test func `an aged nonce is replaced by the header of the answer`() async throws {
        let site = try StandInSite(version: "2.4.9")
        let provider = try await program.provider(settings(site))
        _ = try await program.say("Hello", to: provider)
        #expect(try await program.store.nonce(of: site.address)?.source == .session)
        site.ageNonces()
        _ = try await program.say("Hello", to: provider)
        let nonce = try await program.store.nonce(of: site.address)
        #expect(nonce?.value == site.nonce)
        #expect(nonce?.source == .header)
        site.ageNonces()
        #expect(try await program.say("Hello", to: provider).attempts.count == 1)
        #expect(site.calls(of: .startSession) == 1)
    }

    @Test(arguments: [
        #"data: {"type":"end","data":"{\"success\":true,\"reply\":\"Hi\",\"new_token\":\"abcdef0123\"}"}"# + "\n\n",
        #"{"success":true,"reply":"Hi","new_token":"abcdef0123"}"#,
        #"{"success":false,"message":"Sorry, your query has been rejected.","new_token":"abcdef0123"}"#,
    ])
    func `an aged nonce is replaced by the one in the answer`(answer: String) async throws {
        let site = try StandInSite()
        site.failNext(with: .response(answer))
        _ = try await program.say("Hello", to: program.provider(settings(site)))
        let nonce = try await program.store.nonce(of: site.address)
        #expect(nonce?.value == "abcdef0123")
        #expect(nonce?.source == .reply)
        // The session goes on.
        #expect(nonce?.cookies.hasPrefix("mwai_session_id=") == true)
    }

    // MARK: - Its time

    @Test func `a nonce is used to the end of the tick that follows its own, and not beyond`() async throws {
        let site = try StandInSite()
        let settings = settings(site)
        // The clock shows noon, when a tick begins.
        _ = try await program.say("Hello", to: program.provider(settings))
        program.world.advance(by: .seconds(24 * 3600 - 301))
        _ = try await program.say("Hello", to: program.provider(settings))
        #expect(site.calls(of: .startSession) == 1)
        program.world.advance(by: .seconds(1))
        _ = try await program.say("Hello", to: program.provider(settings))
        #expect(site.calls(of: .startSession) == 2)
    }

    @Test func `a nonce from a page is trusted for one tick, since the page may be old`() async throws {
        var settings = SiteSettings(version: "2.1.5")
        settings.page = "/"
        let site = try StandInSite(settings)
        let provider = try await program.provider(self.settings(site))
        _ = try await program.say("Hello", to: provider)
        #expect(try await program.store.nonce(of: site.address)?.source == .page)
        program.world.advance(by: .seconds(12 * 3600 - 301))
        _ = try await program.say("Hello", to: provider)
        #expect(site.server.calls(of: "GET /") == 1)
        program.world.advance(by: .seconds(1))
        #expect(try await program.say("Hello", to: provider).isComplete)
        #expect(site.server.calls(of: "GET /") == 2)
        #expect(site.violations == [])
    }

    // MARK: - What goes where

    @Test func `the session's cookie goes back, PHP's does not, and start_session gets neither nonce nor cookie`()
        async throws
    {
        let site = try StandInSite()
        let settings = settings(site)
        for _ in 1...2 {
            _ = try await program.say("Hello", to: program.provider(settings))
            site.expireNonces()
        }
        let requests = site.server.requests.all
        let sessions = requests.filter { $0.path.hasSuffix("/start_session") }
        #expect(sessions.count == 2)
        #expect(sessions.allSatisfy { $0.header("X-WP-Nonce") == nil && $0.header("Cookie") == nil })
        #expect(sessions.allSatisfy { $0.mediaType == "application/json" && $0.body == Array("{}".utf8) })
        let messages = requests.filter { $0.path.hasSuffix("/submit") }
        #expect(messages.allSatisfy { Array($0.cookies.keys) == ["mwai_session_id"] && $0.header("X-WP-Nonce") != nil })
        #expect(site.violations == [])
    }

    @Test func `a site of before nonces gets none, and is not asked for one again`() async throws {
        let site = try StandInSite(version: "1.9.88")
        let settings = settings(site)
        for _ in 1...2 { #expect(try await program.say("Hello", to: program.provider(settings)).isComplete) }
        #expect(site.server.requests.all.allSatisfy { $0.header("X-WP-Nonce") == nil })
        #expect(site.calls(of: .startSession) == 1)
    }
}
