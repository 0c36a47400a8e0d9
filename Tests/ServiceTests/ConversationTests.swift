import Conversations
import JSON
import Storage
import Support
import Testing

@testable import Service

@Suite struct ConversationTests {
    private let world = ScriptedWorld()

    private func service(_ providers: [any ChatProvider] = [ScriptedProvider(saying: "Hello")]) async throws
        -> RunningService
    {
        try await RunningService(providers, surroundings: world.surroundings())
    }

    /// `00000000000000000000000001`: how the test's world counts its ids.
    private func id(_ number: Int) -> String {
        String(repeating: "0", count: 26 - String(number).count) + String(number)
    }

    /// Makes a conversation; gives its name.
    private func conversation(in service: RunningService, _ body: String = "{}") async throws -> String {
        let answer = try await service.ask("POST", "/v1/conversations", body)
        try #require(answer.status == 200)
        return try #require(try answer.json()["id"]?.string)
    }

    private func say(_ texts: [String], in conversation: String, of service: RunningService) async throws -> [String] {
        var names: [String] = []
        for text in texts {
            let answer = try await service.ask(
                "POST", "/v1/conversations/\(conversation)/items",
                #"{"items":[{"role":"user","content":"\#(text)"}]}"#)
            try #require(answer.status == 200)
            names.append(try #require(try answer.json()["last_id"]?.string))
        }
        return names
    }

    // MARK: - Conversations

    @Test func `a conversation is made, read, changed and deleted`() async throws {
        let service = try await service()
        let made = try await service.ask("POST", "/v1/conversations", #"{"metadata":{"b":"2","a":"1"},"items":null}"#)
        #expect(made.status == 200)
        let name = "conv_" + String(try #require(try made.json()["id"]?.string).dropFirst(5))
        let whole = #"{"id":"\#(name)","object":"conversation","created_at":1769860800,"metadata":{"a":"1","b":"2"}}"#
        #expect(made.text == whole)
        #expect(try await service.ask("GET", "/v1/conversations/\(name)").text == whole)

        let changed = try await service.ask("POST", "/v1/conversations/\(name)", #"{"metadata":{"c":"3"}}"#)
        #expect(changed.text.hasSuffix(#""metadata":{"c":"3"}}"#))
        #expect(try await service.ask("GET", "/v1/conversations/\(name)").text == changed.text)

        let deleted = try await service.ask("DELETE", "/v1/conversations/\(name)")
        #expect(deleted.text == #"{"id":"\#(name)","object":"conversation.deleted","deleted":true}"#)
        for method in ["GET", "DELETE"] {
            let again = try await service.ask(method, "/v1/conversations/\(name)")
            #expect(again.status == 404)
            #expect(try again.json()["error"]?["code"]?.string == "conversation_not_found")
        }
        #expect(try await service.chats().isEmpty)
        try await service.stop()
    }

    @Test func `without a body a conversation is made, and it has no notes`() async throws {
        let service = try await service()
        let made = try await service.ask("POST", "/v1/conversations")
        #expect(made.status == 200)
        #expect(try made.json()["metadata"] == .object([]))
        try await service.stop()
    }

    @Test func `the title that a program gives is the chat's, and one that was made is nobody's note`() async throws {
        let service = try await service()
        let given = try await conversation(in: service, #"{"metadata":{"title":" My\ntrip "}}"#)
        let made = try await conversation(in: service, #"{"items":[{"role":"user","content":"Good morning"}]}"#)
        #expect(Set(try await service.chats().map(\.title)) == ["My trip", "Good morning"])
        #expect(
            try await service.ask("GET", "/v1/conversations/\(given)").json()["metadata"]?["title"]?.string
                == " My\ntrip ")
        #expect(try await service.ask("GET", "/v1/conversations/\(made)").json()["metadata"] == .object([]))

        var changes = ChatChanges()
        changes.title = "Our trip"
        _ = try await service.store.edit(ChatID(rawValue: String(given.dropFirst(5))), of: .local, changes)
        #expect(
            try await service.ask("GET", "/v1/conversations/\(given)").json()["metadata"]?["title"]?.string
                == "Our trip")

        _ = try await service.ask("POST", "/v1/conversations/\(made)", #"{"metadata":{"title":"Morning"}}"#)
        #expect(Set(try await service.chats().map(\.title)) == ["Our trip", "Morning"])
        try await service.stop()
    }

    @Test func `a conversation that was made empty gets its title from the first words`() async throws {
        let service = try await service()
        let name = try await conversation(in: service, #"{"items":[]}"#)
        #expect(try await service.chats().map(\.title) == ["Untitled"])
        _ = try await say(["What is a kestrel?", "And a falcon?"], in: name, of: service)
        #expect(try await service.chats().map(\.title) == ["What is a kestrel?"])
        #expect(try await service.ask("GET", "/v1/conversations/\(name)").json()["metadata"] == .object([]))
        try await service.stop()
    }

    @Test(arguments: [
        (#"{"metadata":{"a":1}}"#, "metadata.a", "invalid_type"),
        (#"{"metadata":[]}"#, "metadata", "invalid_type"),
        (
            #"{"metadata":{"title":"\#(String(repeating: "x", count: 201))"}}"#, "metadata.title",
            "string_above_max_length"
        ),
        (#"{"metadata":{"a":"\#(String(repeating: "x", count: 513))"}}"#, "metadata.a", "string_above_max_length"),
        (#"{"items":{}}"#, "items", "invalid_type"),
        (#"{"items":["hello"]}"#, "items[0]", "invalid_type"),
        (#"{"items":[{"role":"user"}]}"#, "items[0].content", "missing_required_parameter"),
        (#"{"items":[{"content":"a"}]}"#, "items[0].role", "missing_required_parameter"),
        (#"{"items":[{"role":"tool","content":"a"}]}"#, "items[0].role", "invalid_value"),
        (#"{"items":[{"role":"user","content":1}]}"#, "items[0].content", "invalid_type"),
        (
            #"{"items":[{"role":"user","content":"a"},{"type":"function_call","name":"f"}]}"#, "items[1].type",
            "unsupported_value"
        ),
        (
            #"{"items":[{"role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_image","image_url":"http://127.0.0.1/"}]}]}"#,
            "items[0].content[1].type", "unsupported_value"
        ),
        (
            #"{"items":[{"role":"user","content":[{"type":"text"}]}]}"#, "items[0].content[0].text",
            "missing_required_parameter"
        ),
        (
            #"{"items":[\#(Array(repeating: #"{"role":"user","content":"a"}"#, count: 21).joined(separator: ","))]}"#,
            "items", "array_above_max_length"
        ),
    ])
    func `what is wrong is told with its place, and nothing is made`(body: String, place: String, code: String)
        async throws
    {
        let service = try await service()
        let answer = try await service.ask("POST", "/v1/conversations", body)
        #expect(answer.status == 400)
        let error = try answer.json()["error"]
        #expect(error?["param"]?.string == place)
        #expect(error?["code"]?.string == code)
        #expect(error?["type"]?.string == "invalid_request_error")
        #expect(try await service.chats().isEmpty)
        try await service.stop()
    }

    // MARK: - Items

    @Test func `items are given back with their parts, as each role says them`() async throws {
        let service = try await service()
        let name = try await conversation(in: service)
        let chat = name.dropFirst(5)
        let answer = try await service.ask(
            "POST", "/v1/conversations/\(name)/items?include[]=x",
            #"""
            {"items":[
              {"role":"system","content":"S"},{"role":"developer","content":"D"},
              {"id":"msg_elsewhere-1","type":"message","status":"in_progress","role":"user",
               "content":[{"type":"input_text","text":"U "},{"type":"text","text":"ü\u0000"}]},
              {"role":"assistant","content":[{"type":"output_text","text":"A","annotations":[],"logprobs":[]}]}]}
            """#)
        #expect(answer.status == 200)
        func item(_ number: Int, _ role: String, _ text: String) -> String {
            #"{"id":"msg_\#(chat)-\#(number)","type":"message","role":"\#(role)","status":"completed","content":["#
                + #"{"type":"input_text","text":"\#(text)"}]}"#
        }
        #expect(
            answer.text == #"{"object":"list","data":[\#(item(1, "system", "S")),\#(item(2, "developer", "D")),"#
                + item(3, "user", #"U ü\u0000"#)
                + #",{"id":"msg_\#(chat)-4","type":"message","role":"assistant","status":"completed","content":["#
                + #"{"type":"output_text","text":"A","annotations":[],"logprobs":[]}]}],"#
                + #""first_id":"msg_\#(chat)-1","last_id":"msg_\#(chat)-4","has_more":false}"#)
        #expect(try await service.ask("GET", "/v1/conversations/\(name)/items?order=asc").text == answer.text)
        #expect(
            try await service.ask("GET", "/v1/conversations/\(name)/items/msg_\(chat)-3").text
                == item(3, "user", #"U ü\u0000"#))
        try await service.stop()
    }

    @Test func `a walk through the pages meets each item once, in either direction`() async throws {
        let service = try await service()
        let name = try await conversation(in: service)
        let said = try await say((1...7).map { "\($0)" }, in: name, of: service)
        for (order, expected) in [("desc", Array(said.reversed())), ("asc", said)] {
            for limit in [1, 2, 3, 7, 8] {
                var met: [String] = []
                var after = ""
                while true {
                    let page = try await service.ask(
                        "GET", "/v1/conversations/\(name)/items?order=\(order)&limit=\(limit)\(after)"
                    ).json()
                    let names = (page["data"]?.elements ?? []).compactMap { $0["id"]?.string }
                    #expect(page["first_id"]?.string == names.first)
                    #expect(page["last_id"]?.string == names.last)
                    met += names
                    #expect(page["has_more"]?.boolean == (met.count < 7))
                    guard page["has_more"]?.boolean == true, let last = names.last, met.count < 20 else { break }
                    after = "&after=\(last)"
                }
                #expect(met == expected)
            }
        }
        // The newest first, unless it is said otherwise.
        #expect(
            try await service.ask("GET", "/v1/conversations/\(name)/items?limit=1").json()["first_id"]?.string
                == said.last)
        try await service.stop()
    }

    @Test func `what is appended and deleted during a walk shifts nothing`() async throws {
        let service = try await service()
        let name = try await conversation(in: service)
        var said = try await say(["1", "2", "3", "4"], in: name, of: service)
        let path = "/v1/conversations/\(name)/items"
        #expect(try await service.ask("GET", "\(path)?order=asc&limit=2").json()["last_id"]?.string == said[1])
        #expect(try await service.ask("DELETE", "\(path)/\(said[0])").status == 200)
        said += try await say(["5"], in: name, of: service)
        let rest = try await service.ask("GET", "\(path)?order=asc&after=\(said[1])").json()
        #expect((rest["data"]?.elements ?? []).compactMap { $0["id"]?.string } == Array(said[2...]))
        try await service.stop()
    }

    @Test(arguments: [
        ("limit=0", "limit", "integer_out_of_range"), ("limit=101", "limit", "integer_out_of_range"),
        ("limit=ten", "limit", "invalid_type"), ("order=up", "order", "invalid_value"),
        ("after=msg_nothing-1", "after", "invalid_value"), ("after=rubbish", "after", "invalid_value"),
        ("after=", "after", "invalid_value"),
    ])
    func `a page that cannot be is refused`(query: String, place: String, code: String) async throws {
        let service = try await service()
        let name = try await conversation(in: service)
        for path in ["/v1/conversations/\(name)/items", "/v1/conversations"] {
            let answer = try await service.ask("GET", "\(path)?\(query)")
            #expect(answer.status == 400)
            #expect(try answer.json()["error"]?["param"]?.string == place)
            #expect(try answer.json()["error"]?["code"]?.string == code)
        }
        try await service.stop()
    }

    @Test func `a cursor of a deleted item or of another conversation is refused`() async throws {
        let service = try await service()
        let (name, other) = (try await conversation(in: service), try await conversation(in: service))
        let said = try await say(["1", "2"], in: name, of: service)
        let foreign = try await say(["3"], in: other, of: service)
        #expect(try await service.ask("DELETE", "/v1/conversations/\(name)/items/\(said[0])").status == 200)
        for after in [said[0], foreign[0]] {
            #expect(try await service.ask("GET", "/v1/conversations/\(name)/items?after=\(after)").status == 400)
        }
        try await service.stop()
    }

    @Test func `an item belongs to one conversation`() async throws {
        let service = try await service()
        let (name, other) = (try await conversation(in: service), try await conversation(in: service))
        let item = try await say(["Secret"], in: name, of: service)[0]
        for method in ["GET", "DELETE"] {
            for path in [
                "/v1/conversations/\(other)/items/\(item)", "/v1/conversations/\(name)/items/\(item.dropLast())01",
                "/v1/conversations/\(name)/items/\(item)0", "/v1/conversations/\(name)/items/rubbish",
            ] {
                let answer = try await service.ask(method, path)
                #expect(answer.status == 404)
                #expect(try answer.json()["error"]?["code"]?.string == "item_not_found")
            }
            let lost = try await service.ask(method, "/v1/conversations/conv_none/items/\(item)")
            #expect(try lost.json()["error"]?["code"]?.string == "conversation_not_found")
        }
        #expect(try await service.ask("GET", "/v1/conversations/\(name)/items/\(item)").status == 200)
        try await service.stop()
    }

    @Test func `a deleted item answers with its conversation, and what follows it stays`() async throws {
        let provider = ScriptedProvider(saying: "Yes")
        let service = try await service([provider])
        let name = try await conversation(in: service, #"{"metadata":{"a":"1"}}"#)
        let said = try await say(["First", "Second"], in: name, of: service)
        let deleted = try await service.ask("DELETE", "/v1/conversations/\(name)/items/\(said[0])")
        #expect(deleted.text == (try await service.ask("GET", "/v1/conversations/\(name)").text))
        #expect(try deleted.json()["object"]?.string == "conversation")
        #expect(try await service.ask("DELETE", "/v1/conversations/\(name)/items/\(said[0])").status == 404)
        let answer = try await service.ask(
            "POST", "/v1/responses", #"{"model":"scripted","input":"Third","conversation":"\#(name)"}"#)
        #expect(answer.status == 200)
        #expect(
            provider.requests[0].content
                == .messages([
                    HistoryMessage(role: .user, content: "Second"), HistoryMessage(role: .user, content: "Third"),
                ]))
        try await service.stop()
    }

    @Test func `of items of which one is wrong, none is kept`() async throws {
        let service = try await service()
        let name = try await conversation(in: service)
        let path = "/v1/conversations/\(name)/items"
        let answer = try await service.ask(
            "POST", path, #"{"items":[{"role":"user","content":"a"},{"role":"nobody","content":"b"}]}"#)
        #expect(answer.status == 400)
        for body in [#"{"items":[]}"#, "{}", #"{"items":null}"#] {
            #expect(try await service.ask("POST", path, body).status == 400)
        }
        let page = try await service.ask("GET", path)
        #expect(page.text == #"{"object":"list","data":[],"first_id":null,"last_id":null,"has_more":false}"#)
        try await service.stop()
    }

    @Test(arguments: [true, false])
    func `what is deleted is in no file any more when the service has ended`(isWhole: Bool) async throws {
        let service = try await service()
        _ = try await conversation(in: service, #"{"items":[{"role":"user","content":"kept xylophone"}]}"#)
        // A title of its own: one that is made from the first words stays with the chat.
        let name = try await conversation(in: service, #"{"metadata":{"title":"Spread"}}"#)
        let said = try await say(["a secret marmalade", "another word"], in: name, of: service)
        let path = "/v1/conversations/\(name)" + (isWhole ? "" : "/items/\(said[0])")
        #expect(try await service.ask("DELETE", path).status == 200)
        await service.parts.erasures.end()
        let file = service.folder.file("parley.db")
        try await service.stop()
        let text = try Files.text(file) + (Files.exists(file + "-wal") ? try Files.text(file + "-wal") : "")
        #expect(text.contains("xylophone"))
        #expect(!text.contains("marmalade"))
    }

    // MARK: - The list

    @Test func `conversations are listed a page at a time, the last used first`() async throws {
        let service = try await service()
        var names: [String] = []
        for _ in 1...5 {
            names.append(try await conversation(in: service))
            world.advance(by: .seconds(1))
        }
        _ = try await say(["Again"], in: names[1], of: service)
        let expected = [names[1], names[4], names[3], names[2], names[0]]
        for order in ["desc", "asc"] {
            var met: [String] = []
            var after = ""
            while true {
                let page = try await service.ask("GET", "/v1/conversations?limit=2&order=\(order)\(after)").json()
                met += (page["data"]?.elements ?? []).compactMap { $0["id"]?.string }
                guard page["has_more"]?.boolean == true, met.count < 10 else { break }
                after = "&after=\(page["last_id"]?.string ?? "")"
            }
            #expect(met == (order == "desc" ? expected : expected.reversed()))
        }
        try await service.stop()
    }

    @Test func `conversations are found by the words in them`() async throws {
        let service = try await service()
        var names: [String] = []
        for text in ["a kestrel", "a falcon", "two kestrels and a kestrel", "a hawk"] {
            let name = try await conversation(in: service)
            _ = try await say([text], in: name, of: service)
            names.append(name)
            world.advance(by: .seconds(1))
        }
        func found(_ query: String) async throws -> [String?] {
            let page = try await service.ask("GET", "/v1/conversations?\(query)").json()
            return (page["data"]?.elements ?? []).map { $0["id"]?.string }
        }
        #expect(try await found("q=kestrel") == [names[2], names[0]])
        #expect(try await found("q=kestrel&order=asc") == [names[0], names[2]])
        #expect(try await found("q=kestrel&limit=1") == [names[2]])
        #expect(try await found("q=kestrel&limit=1&after=\(names[2])") == [names[0]])
        #expect(try await found("q=eagle").isEmpty)
        #expect(try await found("q=") == Array(names.reversed()))
        try await service.stop()
    }

    // MARK: - Once only

    @Test func `a request with a key is carried out once`() async throws {
        let service = try await service()
        let key = ["Idempotency-Key": "k1"]
        let made = try await service.ask("POST", "/v1/conversations", "{}", headers: key)
        let again = try await service.ask("POST", "/v1/conversations", "{}", headers: key)
        #expect(again.text == made.text)
        #expect(again["Content-Type"] == made["Content-Type"])
        #expect(try await service.chats().count == 1)

        let name = try #require(try made.json()["id"]?.string)
        let path = "/v1/conversations/\(name)/items"
        let body = #"{"items":[{"role":"user","content":"Hello"}]}"#
        let reused = try await service.ask("POST", path, body, headers: key)
        #expect(reused.status == 409)
        #expect(reused["x-should-retry"] == "false")
        #expect(try reused.json()["error"]?["code"]?.string == "idempotency_key_reused")

        let other = ["Idempotency-Key": "k2"]
        let wrong = try await service.ask("POST", path, #"{"items":[]}"#, headers: other)
        #expect(wrong.status == 400)
        // Nothing came of that: the key is as good as new.
        let said = try await service.ask("POST", path, body, headers: other)
        #expect(said.status == 200)
        #expect(try await service.ask("POST", path, body, headers: other).text == said.text)
        #expect(try await service.onlyBranch().messages.count == 1)
        try await service.stop()
    }
}
