import Testing

@testable import Support

/// The rules of a site without a socket.
struct SiteRulesTests {
    @Test(arguments: [
        ("1.9.88", 404), ("2.1.5", 404), ("2.4.3", 404), ("2.4.4", 200), ("2.8.7", 200), ("2.9.0", 401), ("2.9.1", 401),
        ("2.9.2", 200), ("3.6.2", 200),
    ])
    func `sessions are started by versions that can`(version: String, status: Int) throws {
        var rules = site(version)
        let answer = rules.answer(to: try request("POST /wp-json/mwai/v1/start_session"))
        #expect(answer.status == status)
        guard status == 200 else { return }
        let body = try JSONValue(answer.pieces[0])
        #expect(body["restNonce"]?.text == rules.nonces.current)
        #expect(body["restNonce"]?.text?.count == 10)
        let hasCookies = rules.version >= "2.8.5"
        #expect((body["sessionId"]?.text == "N/A") == !hasCookies)
        let cookies = answer.headers.filter { $0.name == "Set-Cookie" }.map { $0.value.prefix { $0 != "=" } }
        #expect(cookies == (hasCookies ? ["PHPSESSID", "mwai_session_id"] : []))
    }

    @Test(arguments: [
        ("/wp-json/mwai/v1/start_session/", "3.6.2", 200), ("/wp-json/mwai/v1/start_session", "3.6.2", 200),
        ("//wp-json/mwai/v1/start_session", "3.6.2", 404), ("/wp-json/mwai/v1/start", "3.6.2", 404),
        ("/?rest_route=/mwai/v1/start_session", "3.6.2", 200),
        ("/?rest_route=%2Fmwai%2Fv1%2Fstart_session", "2.8.4", 404),
        ("/index.php/wp-json/mwai/v1/start_session", "2.4.9", 404),
    ])
    func `routes have several forms, not on all versions`(target: String, version: String, status: Int) throws {
        var rules = site(version)
        #expect(rules.answer(to: try request("POST \(target)")).status == status)
        #expect(rules.answer(to: try request("GET \(target)")).status == 404)
    }

    @Test func `a nonce ages, is replaced, and expires`() throws {
        var rules = site("3.6.2")
        let nonce = rules.nonces.current
        #expect(try answer(&rules, nonce).newNonces == [nonce])
        rules.nonces.age()
        let fresh = rules.nonces.current
        #expect(fresh != nonce)
        #expect(try answer(&rules, nonce).newNonces == [fresh, fresh])
        #expect(try answer(&rules, fresh).newNonces == [fresh])
        rules.nonces.age()
        #expect(try answer(&rules, nonce).status == 403)
        rules.nonces.expire()
        #expect(try answer(&rules, fresh).status == 403)
    }

    @Test(arguments: [
        ("3.6.2", nil, 401, "rest_forbidden"), ("3.6.2", "", 403, "rest_cookie_invalid_nonce"),
        ("3.6.2", "0123456789", 403, "rest_cookie_invalid_nonce"), ("2.0.0", nil, 401, "rest_forbidden"),
        ("1.9.88", nil, 200, nil), ("1.9.88", "0123456789", 403, "rest_cookie_invalid_nonce"),
    ])
    func `a nonce is checked`(version: String, nonce: String?, status: Int, code: String?) throws {
        var rules = site(version)
        let answer = try answer(&rules, nonce)
        #expect(answer.status == status)
        #expect(try JSONValue(answer.pieces.joined())["code"]?.text == code)
    }

    @Test func `a nonce in the address satisfies WordPress, and not the plugin`() throws {
        var rules = site("3.6.2")
        let nonce = rules.nonces.current
        let target = "POST /wp-json/mwai-ui/v1/chats/submit?_wpnonce=\(nonce)"
        let answer = rules.answer(to: try request(target, headers: ["Content-Type: application/json"], body: usual))
        #expect(answer.status == 401)
        #expect(answer.headers.contains { $0 == ("X-WP-Nonce", nonce) })
        #expect(rules.answer(to: try request(target + "0", body: usual)).status == 403)
    }

    @Test func `start_session refuses a stale nonce, and an empty one`() throws {
        var rules = site("3.6.2")
        for nonce in ["", "0123456789"] {
            let request = try request("POST /wp-json/mwai/v1/start_session", headers: ["X-WP-Nonce: \(nonce)"])
            let answer = rules.answer(to: request)
            #expect(answer.status == 403)
            #expect(
                answer.pieces == [
                    #"{"code":"rest_cookie_invalid_nonce","message":"Cookie check failed","data":{"status":403}}"#
                ])
        }
    }

    // MARK: - Messages

    @Test(arguments: [
        #"{"botId":"default","newMessage":" \n\t"}"#, #"{"newMessage":"Hello"}"#, "[]", #"{"botId":"default"}"#, "",
    ])
    func `what lacks something is refused before anything else`(body: String) throws {
        var rules = site("3.6.2")
        let answer = try answer(&rules, rules.nonces.current, body)
        #expect(answer.status == 403)
        #expect(answer.pieces == [#"{"success":false,"message":"Sorry, your query has been rejected."}"#])
        #expect(rules.prompts.isEmpty)
    }

    @Test(arguments: [#"{"botId":"#, #"{"botId":"\ud83d"}"#])
    func `what is no JSON is refused as that`(body: String) throws {
        var rules = site("3.6.2")
        #expect(try answer(&rules, rules.nonces.current, body).status == 400)
    }

    @Test(arguments: [#""newMessage":["a"]"#, #""newMessage":"a","chatId":{}"#, #""newMessage":"a","messages":"b""#])
    func `wrong types break PHP`(members: String) throws {
        var rules = site("3.6.2")
        #expect(try answer(&rules, rules.nonces.current, #"{"botId":"default",\#(members)}"#).status == 500)
    }

    @Test(arguments: [
        ("3.6.2", "👋", 512, true), ("3.6.2", "👋", 513, false), ("2.4.8", "é", 256, true), ("2.4.8", "é", 257, false),
        ("2.1.5", "x", 65_536, true), ("2.1.5", "x", 65_537, false),
    ])
    func `a message is as long as the version counts`(
        version: String, character: String, count: Int, isTaken: Bool
    ) throws {
        var rules = site(version)
        let message = String(repeating: character, count: count)
        let body = #"{"botId":"default","newMessage":"\#(message)","stream":false}"#
        #expect((try answer(&rules, rules.nonces.current, body).status == 200) == isTaken)
    }

    @Test func `too long a message is an event under the type of JSON when a stream was asked for`() throws {
        var rules = site("3.6.2")
        let message = String(repeating: "x", count: 513)
        let answer = try answer(
            &rules, rules.nonces.current, #"{"botId":"default","newMessage":"\#(message)","stream":true}"#)
        #expect(answer.status == 200)
        #expect(answer.contentType.hasPrefix("application/json"))
        #expect(answer.pieces == [#"data: {"type":"error","data":"Sorry, your query has been rejected."}"# + "\n\n"])
    }

    @Test(arguments: [("3.0.3", 200), ("3.0.2", 500)])
    func `a bot that is not known`(version: String, status: Int) throws {
        var rules = site(version)
        let body = #"{"botId":"nobody","newMessage":"Hello"}"#
        #expect(try answer(&rules, rules.nonces.current, body).status == status)
    }

    @Test(arguments: [
        ("3.6.2", 40, "s,n0,n25,n39,u", 18), ("3.6.2", 16, "s,n0,n1,n15,u", 18), ("1.9.88", 40, "s,n26,n27,n39,u", 16),
    ])
    func `the model sees the history that fits`(version: String, count: Int, some: String, total: Int) throws {
        var rules = site(version)
        let messages = (0..<count).map { #"{"role":"user","content":"n\#($0)"}"# }.joined(separator: ",")
        let body = #"{"botId":"default","newMessage":"new","messages":[\#(messages)]}"#
        #expect(try answer(&rules, rules.version.needsNonce ? rules.nonces.current : nil, body).status == 200)
        let prompt = try #require(rules.prompts.first)
        #expect(prompt.count == total)
        #expect(prompt.first?.role == "system")
        #expect(prompt.last == ModelMessage("user", "new"))
        let seen = [1, 2].map { prompt[$0].content } + [prompt[total - 2].content]
        #expect(some == "s,\(seen.joined(separator: ",")),u")
    }

    // MARK: - Replies

    @Test(arguments: [
        ("1.9.88", "success,reply,images,usage"), ("2.4.9", "success,reply,images,usage,actions,shortcuts,blocks"),
        ("2.8.4", "success,reply,images,usage,actions,shortcuts,blocks,responseId"),
    ])
    func `a reply has the members of its version`(version: String, keys: String) throws {
        var rules = site(version)
        let answer = try answer(&rules, rules.version.needsNonce ? rules.nonces.current : nil)
        let body = try JSONValue(answer.pieces[0])
        #expect(body.keys == Set(keys.split(separator: ",").map(String.init)))
        #expect(body["reply"]?.text?.hasPrefix("Hello — I got 2 message(s): s,u.\nEmoji 😀👨‍💻, ") == true)
        #expect(answer.pieces[0].utf8.allSatisfy { $0 < 0x7F })
    }

    @Test func `a stream is ASCII, and repeats the reply in its end`() throws {
        var rules = site("3.6.2")
        let body = #"{"botId":"default","newMessage":"Hello","stream":"false"}"#
        let answer = try answer(&rules, rules.nonces.current, body)
        #expect(answer.contentType == "text/event-stream;charset=UTF-8")
        #expect(answer.pieces.count == 11)
        #expect(answer.pieces[0] == #"data: {"type":"live","data":"Hello \u2014 I got "}"# + "\n\n")
        #expect(answer.pieces[4].contains(#"\u4e16\u754c \/ \u3053"#))
        #expect(answer.pieces[5] == #"data: {"type":"live","data":"  \n"}"# + "\n\n")
        let events = try answer.pieces.map { try JSONValue(String($0.dropFirst(6))) }
        let end = try JSONValue(try #require(events[10]["data"]?.text))
        #expect(events.dropLast().compactMap { $0["data"]?.text }.joined() == end["reply"]?.text)
    }

    // MARK: - Pages

    @Test(arguments: [("2.0.0", false), ("2.0.1", true), ("2.4.3", true), ("2.4.4", false)])
    func `the page has a nonce for as long as nothing else gives one`(version: String, hasNonce: Bool) throws {
        var rules = site(version)
        let page = rules.answer(to: try request("GET /chat/")).pieces[0]
        let nonce = hasNonce ? "&quot;\(rules.nonces.current)&quot;" : "null"
        #expect(page.contains("&quot;restNonce&quot;:\(nonce),"))
        #expect(page.contains("&quot;textInputMaxLength&quot;:512,"))
        #expect(page.contains("http:\\/\\/site.test\\/wp-json"))
    }

    @Test func `indexes list what there is`() throws {
        var rules = site("2.4.9") { $0.token = "tok" }
        let chats = try JSONValue(rules.answer(to: try request("GET /wp-json/mwai-ui/v1")).pieces[0])
        #expect(chats["routes"]?["/mwai-ui/v1/chats/submit"]?["methods"]?[0]?.text == "POST")
        let publics = try JSONValue(rules.answer(to: try request("GET /wp-json/mwai/v1")).pieces[0])
        #expect(
            publics["routes"]?.keys == [
                "/mwai/v1", "/mwai/v1/start_session", "/mwai/v1/simpleAuthCheck", "/mwai/v1/simpleChatbotQuery",
            ])
    }

    // MARK: - Public API

    @Test func `the public API asks for its token, and is off without one`() throws {
        var off = site("3.6.2")
        var on = site("3.6.2") { $0.token = "tok" }
        let route = "GET /wp-json/mwai/v1/simpleAuthCheck"
        #expect(off.answer(to: try request(route, headers: ["Authorization: Bearer tok"])).status == 404)
        #expect(on.answer(to: try request(route)).status == 401)
        #expect(on.answer(to: try request(route, headers: ["Authorization: Bearer no"])).status == 401)
        #expect(on.answer(to: try request(route, headers: ["X-WP-Nonce: \(on.nonces.current)"])).status == 401)
        #expect(on.answer(to: try request(route, headers: ["Authorization: Bearer tok"])).status == 200)
        let stale = ["Authorization: Bearer tok", "X-WP-Nonce: 0123456789"]
        #expect(on.answer(to: try request(route, headers: stale)).status == 403)
    }

    @Test func `the public API keeps the history of a chat`() throws {
        var rules = site("3.6.2") { $0.token = "tok" }
        func ask(_ body: String) throws -> JSONValue {
            let headers = ["Authorization: Bearer tok", "Content-Type: application/json"]
            let route = "POST /wp-json/mwai/v1/simpleChatbotQuery"
            return try JSONValue(rules.answer(to: try request(route, headers: headers, body: body)).pieces[0])
        }
        let first = try ask(#"{"botId":"default","message":"first"}"#)
        let chat = try #require(first["extra"]?["chatId"]?.text)
        #expect(first["data"]?.text?.contains("2 message(s): s,u.") == true)
        let second = try ask(#"{"botId":"default","message":"second","chatId":"\#(chat)"}"#)
        #expect(second["data"]?.text?.contains("5 message(s): s,a,u,a,u.") == true)
        #expect(second["extra"]?["chatId"]?.text == chat)
        #expect(try ask(#"{"botId":"default"}"#)["message"]?.text == "The botId and message are required.")
    }

    // MARK: -

    private let usual = #"{"botId":"default","newMessage":"Hello"}"#

    private func site(_ version: String, _ change: (inout SiteSettings) -> Void = { _ in }) -> SiteRules {
        var settings = SiteSettings(version: PluginVersion(stringLiteral: version))
        change(&settings)
        var rules = SiteRules(settings: settings)
        rules.origin = "http://site.test"
        return rules
    }

    private func answer(_ rules: inout SiteRules, _ nonce: String?, _ body: String? = nil) throws -> SiteAnswer {
        let headers = ["Content-Type: application/json; charset=utf-8"] + (nonce.map { ["X-WP-Nonce: \($0)"] } ?? [])
        return rules.answer(
            to: try request("POST /wp-json/mwai-ui/v1/chats/submit", headers: headers, body: body ?? usual))
    }
}

extension SiteAnswer {
    /// The nonces it hands out: in the header, and in the body.
    fileprivate var newNonces: [String] {
        let header = headers.filter { $0.name == "X-WP-Nonce" }.map(\.value)
        return header + [(try? JSONValue(pieces[0]))?["new_token"]?.text].compactMap { $0 }
    }
}
