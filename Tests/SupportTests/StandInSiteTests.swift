import Testing

@testable import Support

@Outside
struct StandInSiteTests {
    private let hello = #"{"botId":"default","newMessage":"Hello","stream":true}"#

    @Test func `a session is started and a message answered`() throws {
        let site = try StandInSite()
        let client = try RawClient(site.server)
        try client.request(
            "POST /wp-json/mwai/v1/start_session", headers: ["Content-Type: application/json"], body: "{}")
        let session = try client.response()
        #expect(session.status == 200)
        #expect(session.json?["restNonce"]?.text == site.nonce)

        try submit(hello, to: site, by: client)
        let response = try client.response()
        #expect(response.head.value(of: "Content-Type") == "text/event-stream;charset=UTF-8")
        #expect(response.head.value(of: "X-WP-Nonce") == site.nonce)
        #expect(response.events.count == 11)
        #expect(site.prompts == [[ModelMessage("system", SiteSettings().instructions), ModelMessage("user", "Hello")]])
        #expect(site.calls(of: .startSession) == 1)
        #expect(site.calls(of: .submit) == 1)
        #expect(site.violations == [])
        #expect(site.server.requests.all.map(\.connection) == [1, 1])
    }

    @Test func `a site may be in a folder, and its links say so`() throws {
        var settings = SiteSettings()
        settings.base = "/blog"
        let site = try StandInSite(settings)
        let client = try RawClient(site.server)
        try client.request("GET /blog/chat/")
        #expect(try client.response().body.contains("\(site.server.port)\\/blog\\/wp-json&quot;"))
        try client.request("GET /chat/")
        #expect(try client.response().status == 404)
        #expect(site.page == site.server.address + "/blog/chat/")
    }

    @Test func `expired nonces are refused, aged ones replaced`() throws {
        let site = try StandInSite()
        let client = try RawClient(site.server)
        let first = site.nonce
        site.ageNonces()
        try submit(hello, to: site, by: client, nonce: first)
        let end = try JSONValue(try #require(try client.response().events.last))
        #expect(try JSONValue(try #require(end["data"]?.text))["new_token"]?.text == site.nonce)
        site.expireNonces()
        try submit(hello, to: site, by: client, nonce: first)
        #expect(try client.response().json?["code"]?.text == "rest_cookie_invalid_nonce")
    }

    @Test func `calls fail on command, and only those`() throws {
        let site = try StandInSite()
        site.failNext(2, with: .response("{}", status: 503))
        site.failNext(of: .startSession, with: .response("{}", status: 429))
        let client = try RawClient(site.server)
        var statuses: [Int?] = []
        for _ in 0..<3 {
            try submit(hello, to: site, by: client)
            statuses.append(try client.response().status)
            try client.request("POST /wp-json/mwai/v1/start_session")
            statuses.append(try client.response().status)
        }
        #expect(statuses == [503, 429, 503, 200, 200, 200])
        #expect(site.prompts.count == 1)
    }

    @Test func `two sessions started at once are noticed, two after each other are not`() throws {
        let site = try StandInSite()
        let clients = [try RawClient(site.server), try RawClient(site.server)]
        for client in clients {
            try client.request("POST /wp-json/mwai/v1/start_session")
            _ = try client.response()
        }
        #expect(site.violations == [])
        let gate = try Gate()
        site.holdSessions(at: gate)
        for client in clients { try client.request("POST /wp-json/mwai/v1/start_session") }
        try site.server.waitForRequests(4)
        gate.open()
        for client in clients { #expect(try client.response().status == 200) }
        #expect(site.violations == [.concurrentStartSessions])
    }

    @Test func `a nonce sent to start_session is noticed, though it is valid`() throws {
        let site = try StandInSite()
        let client = try RawClient(site.server)
        try client.request("POST /wp-json/mwai/v1/start_session", headers: ["X-WP-Nonce: \(site.nonce)"])
        #expect(try client.response().head.value(of: "X-WP-Nonce") == site.nonce)
        #expect(site.violations == [.nonceSentToStartSession])
    }

    @Test func `a reply stands still at a gate, and the site notices who leaves there`() throws {
        let site = try StandInSite()
        site.hold(beforePiece: 2, at: try Gate())
        let client = try RawClient(site.server)
        try submit(hello, to: site, by: client)
        let text = try client.receive(until: "s,u.")
        #expect(!text.contains("Emoji"))
        client.socket.close()
        try site.server.waitUntilClientLeft()
    }

    private func submit(_ body: String, to site: StandInSite, by client: RawClient, nonce: String? = nil) throws {
        try client.request(
            "POST /wp-json/mwai-ui/v1/chats/submit",
            headers: ["Content-Type: application/json", "X-WP-Nonce: \(nonce ?? site.nonce)"], body: body)
    }
}
