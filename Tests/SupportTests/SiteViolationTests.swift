import Testing

@testable import Support

/// What a site tells of its client; each of these would be a defect of ours.
struct SiteViolationTests {
    @Test func `the usual request is without fault`() throws {
        let body = """
            {"botId":"default","customId":null,"session":"N/A","chatId":"c5","contextId":28,"newMessage":"Hello",
            "messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}],"stream":true}
            """
        #expect(try violations(body) == [])
    }

    @Test(
        arguments: [
            (
                #"{"temperature":1,"previousResponseId":"r"}"#,
                [.unknownField("previousResponseId"), .unknownField("temperature")]
            ),
            (#"{"newMessage":"a","messages":[{"role":"user","content":"a"}]}"#, [.newMessageRepeated]),
            (#"{"newMessage":"a","messages":[{"role":"assistant","content":"a"}]}"#, []),
            (#"{"chatId":"\#(String(repeating: "é", count: 65))"}"#, [.chatIDTooLong(65)]),
            (#"{"chatId":"\#(String(repeating: "é", count: 64))"}"#, []),
        ] as [(String, [SiteViolation])])
    func `a body with a fault is noticed`(body: String, expected: [SiteViolation]) throws {
        #expect(try violations(body) == expected)
    }

    @Test(arguments: [(16, []), (17, [SiteViolation.tooManyMessages(17)])])
    func `sixteen messages are enough`(count: Int, expected: [SiteViolation]) throws {
        let messages = Array(repeating: #"{"role":"user","content":"n"}"#, count: count).joined(separator: ",")
        #expect(try violations(#"{"messages":[\#(messages)]}"#) == expected)
    }

    @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", nil])
    func `a body that is not called JSON is noticed`(type: String?) throws {
        #expect(try violations("{}", type: type) == [.notJSON(contentType: type)])
    }

    @Test func `a PHP session that comes back is noticed, another cookie is not`() throws {
        var rules = SiteRules(settings: SiteSettings())
        _ = rules.answer(to: try request("GET /wp-json/mwai/v1", headers: ["Cookie: mwai_session_id=1"]))
        #expect(rules.violations == [])
        _ = rules.answer(
            to: try request("GET /wp-json/mwai/v1", headers: ["Cookie: mwai_session_id=1; PHPSESSID=2"]))
        #expect(rules.violations == [.phpSessionSentBack])
    }

    private func violations(_ body: String, type: String? = "Application/JSON;charset=utf-8") throws -> [SiteViolation]
    {
        var rules = SiteRules(settings: SiteSettings(version: "1.9.88"))
        let headers = type.map { ["Content-Type: \($0)"] } ?? []
        _ = rules.answer(to: try request("POST /wp-json/mwai-ui/v1/chats/submit", headers: headers, body: body))
        return rules.violations
    }
}
