import Conversations
import JSON
import Storage
import Support
import Testing

@testable import Service

@Suite struct ChatRoutesTests {
    @Test func `chats are listed a page at a time, and each once`() async throws {
        let service = try await RunningService(saying: ScriptedProvider(saying: "Hello"))
        for number in 1...5 { try await service.chat("c\(number)", saying: "Hi", at: Int64(number) * 1000) }
        var seen: [String] = []
        var path = "/api/chats?limit=2"
        while true {
            let page = try await service.ask("GET", path).json()
            seen += (page["chats"]?.elements ?? []).compactMap { $0["id"]?.string }
            guard let next = page["next"]?.string else { break }
            path = "/api/chats?limit=2&before=\(next)"
        }
        #expect(seen == ["c5", "c4", "c3", "c2", "c1"])
        try await service.stop()
    }

    @Test func `a list keeps to its conditions`() async throws {
        let world = ScriptedWorld(now: 0)
        let service = try await RunningService(saying: ScriptedProvider(saying: "Hello"), world: world)
        for number in 1...3 {
            world.advance(by: .seconds(86400))
            try await service.chat("c\(number)", saying: "Hi", at: world.now.rawValue)
        }
        for (id, body) in [("c1", #"{"archived":true}"#), ("c2", #"{"add_tags":["x"]}"#)] {
            #expect(try await service.ask("PATCH", "/api/chats/\(id)", body).status == 200)
        }
        for (query, ids) in [
            ("archived=true", ["c1"]), ("archived=both", ["c3", "c2", "c1"]), ("tag=x", ["c2"]),
            ("since=1970-01-04", ["c3"]), ("until=1970-01-04T00:00:00Z", ["c2"]), ("provider=blog", []),
        ] {
            let answer = try await service.ask("GET", "/api/chats?\(query)").json()
            #expect(answer["chats"]?.elements?.compactMap { $0["id"]?.string } == ids, "\(query)")
        }
        try await service.stop()
    }

    @Test(arguments: [
        ("limit=0", "limit", "integer_out_of_range"), ("limit=101", "limit", "integer_out_of_range"),
        ("limit=many", "limit", "invalid_type"), ("before=nothing", "before", "invalid_value"),
        ("since=yesterday", "since", "invalid_value"), ("archived=maybe", "archived", "invalid_value"),
        ("limt=5", "limt", "unknown_parameter"),
    ])
    func `what a list cannot heed is refused`(query: String, parameter: String, code: String) async throws {
        let service = try await RunningService(saying: ScriptedProvider(saying: "Hello"))
        let answer = try await service.ask("GET", "/api/chats?\(query)")
        #expect(answer.status == 400)
        #expect(try answer.error("param") == parameter)
        #expect(try answer.error("code") == code)
        try await service.stop()
    }

    @Test func `a chat comes with the messages of all branches, or with the last of one`() async throws {
        let service = try await RunningService(saying: ScriptedProvider(saying: "Another"))
        try await service.chat("c", saying: "Hi", "Hello", "Why?", "So.")
        #expect(try await service.ask("POST", "/api/chats/c/retry").status == 200)
        let whole = try await service.ask("GET", "/api/chats/c").json()
        #expect(whole["head"]?.string == "c-5")
        #expect(whole["messages"]?.elements?.compactMap { $0["seq"]?.integer } == [1, 2, 3, 4, 5])
        let last = try await service.ask("GET", "/api/chats/c?last=2").json()
        #expect(last["messages"]?.elements?.compactMap { $0["content"]?.string } == ["Why?", "Another"])
        let branch = try await service.ask("GET", "/api/chats/c?branch=4").json()
        #expect(branch["head"]?.string == "c-4")
        #expect(branch["messages"]?.elements?.compactMap { $0["seq"]?.integer } == [1, 2, 3, 4])
        #expect(try await service.ask("GET", "/api/chats/c?branch=9").status == 404)
        let branches = try await service.ask("GET", "/api/chats/c/branches").json()
        #expect(branches["branches"]?.elements?.compactMap { $0["seq"]?.integer } == [5, 4])
        try await service.stop()
    }

    @Test(arguments: [
        ("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/branches"), ("GET", "/export"), ("GET", "/events"),
        ("POST", "/fork"), ("POST", "/retry"), ("POST", "/edit-message"),
    ])
    func `another's chat is none`(method: String, path: String) async throws {
        let service = try await RunningService(saying: ScriptedProvider(saying: "Hello"))
        try await service.chat("c", saying: "Hi", "Hello", of: Owner(rawValue: "other"))
        let body =
            method == "PATCH" ? #"{"title":"Mine"}"# : path == "/edit-message" ? #"{"message":1,"text":"x"}"# : nil
        let answer = try await service.ask(method, "/api/chats/c\(path)", body)
        #expect(answer.status == 404)
        #expect(try answer.error("code") == "conversation_not_found")
        let theirs = try await service.store.chat(ChatID(rawValue: "c"), of: Owner(rawValue: "other"))
        #expect(theirs?.title == "Title of c")
        #expect(theirs?.messageCount == 2)
        try await service.stop()
    }

    @Test func `what is known of a chat is changed field by field`() async throws {
        let service = try await RunningService(saying: ScriptedProvider(name: "blog", saying: "Hello"))
        try await service.chat("c", saying: "Hi")
        let first = try await service.ask(
            "PATCH", "/api/chats/c",
            #"""
            {"title":" A\ntitle ","add_tags":["b","a"],"pinned":true,"provider":"blog","model":"m","system":"Be brief.",
             "metadata":{"one":"1","two":"2"}}
            """#
        ).json()
        #expect(first["title"]?.string == "A title")
        #expect(first["tags"]?.elements?.compactMap(\.string) == ["a", "b"])
        #expect(first["system"]?.string == "Be brief.")
        let second = try await service.ask(
            "PATCH", "/api/chats/c",
            #"{"remove_tags":["b"],"archived":true,"system":null,"model":"","metadata":{"one":null,"three":"3"}}"#
        ).json()
        #expect(second["title"]?.string == "A title")
        #expect(second["tags"]?.elements?.compactMap(\.string) == ["a"])
        #expect(second["pinned"]?.boolean == true)
        #expect(second["archived"]?.boolean == true)
        #expect(second["system"] == nil)
        #expect(second["model"] == nil)
        #expect(second["provider"]?.string == "blog")
        #expect(second["metadata"]?["one"] == nil)
        #expect(second["metadata"]?["three"]?.string == "3")
        try await service.stop()
    }

    @Test(
        arguments: [
            (#"{"titel":"x"}"#, "titel", "unknown_parameter"), (#"{"title":" "}"#, "title", "invalid_value"),
            (#"{"title":5}"#, "title", "invalid_type"), (#"{"add_tags":["ok",""]}"#, "add_tags", "invalid_value"),
            (#"{"add_tags":["a"],"remove_tags":["a"]}"#, "remove_tags", "invalid_value"),
            (#"{"provider":"nobody"}"#, "provider", "invalid_value"),
            (#"{"metadata":{"n":5}}"#, "metadata.n", "invalid_type"), ("{}", nil, "missing_required_parameter"),
        ] as [(String, String?, String)])
    func `an edit that makes no sense is refused, and changes nothing`(
        body: String, parameter: String?, code: String
    ) async throws {
        let service = try await RunningService(saying: ScriptedProvider(saying: "Hello"))
        let before = try await service.chat("c", saying: "Hi")
        let answer = try await service.ask("PATCH", "/api/chats/c", body)
        #expect(answer.status == 400)
        #expect(try answer.error("param") == parameter)
        #expect(try answer.error("code") == code)
        #expect(try await service.store.chat(before.id, of: .local) == before)
        try await service.stop()
    }

    @Test func `a deleted chat is gone, and told of as on the command line`() async throws {
        let service = try await RunningService(saying: ScriptedProvider(saying: "Hello"))
        try await service.chat("c", saying: "Hi")
        let answer = try await service.ask("DELETE", "/api/chats/c")
        #expect(answer.text == #"{"deleted":["c"],"left":[],"erased":true}"#)
        #expect(try await service.ask("DELETE", "/api/chats/c").status == 404)
        try await service.stop()
    }

    @Test func `a chat in which a reply is being written is not deleted`() async throws {
        let latch = Latch()
        let service = try await RunningService(
            saying: ScriptedProvider([.event(.text("Hel")), latch.step, .event(.finish(reason: "stop", text: nil))]))
        try await service.chat("c", saying: "Hi")
        let events = try await service.follow("/api/chats/c/retry", #"{"stream":true}"#)
        #expect(try await events.nextText() == "Hel")
        let refused = try await service.ask("DELETE", "/api/chats/c")
        #expect(refused.status == 409)
        #expect(try refused.error("code") == "conversation_locked")
        latch.open()
        #expect(try await events.rest().last?.name == "exchange")
        #expect(try await service.ask("DELETE", "/api/chats/c").status == 200)
        try await service.stop()
    }

    @Test func `a fork is a chat with the same past`() async throws {
        let service = try await RunningService(saying: ScriptedProvider(saying: "Hello"))
        try await service.chat("c", saying: "Hi", "Hello", "Why?", "So.")
        let answer = try await service.ask("POST", "/api/chats/c/fork", #"{"at":2,"title":"Other"}"#)
        #expect(answer.status == 201)
        let made = try answer.json()
        let id = try #require(made["id"]?.string)
        #expect(answer["Location"] == "/api/chats/\(id)")
        #expect(made["title"]?.string == "Other")
        #expect(made["forked_from"]?["message"]?.string == "c-2")
        #expect(made["messages"]?.integer == 2)
        #expect(try await service.ask("POST", "/api/chats/c/fork").json()["messages"]?.integer == 4)
        #expect(try await service.ask("POST", "/api/chats/c/fork", #"{"at":9}"#).status == 404)
        try await service.chat("empty")
        #expect(try await service.ask("POST", "/api/chats/empty/fork").error("code") == "empty_chat")
        try await service.stop()
    }

    @Test func `what was said is found by its words`() async throws {
        let service = try await RunningService(saying: ScriptedProvider(saying: "Hello"))
        try await service.chat("c1", saying: "The night train to Rome", "Which one?", at: 1000)
        try await service.chat("c2", saying: "Rome again", at: 2000)
        try await service.chat("c3", saying: "Rome of another", of: Owner(rawValue: "other"))
        let found = try await service.ask("GET", "/api/search?q=rome&limit=1").json()
        #expect(found["results"]?.elements?.compactMap { $0["message"]?.string } == ["c2-1"])
        #expect(found["more"]?.boolean == true)
        let next = try #require(found["next"]?.string)
        let rest = try await service.ask("GET", "/api/search?q=rome&before=\(next)").json()
        #expect(rest["results"]?.elements?.compactMap { $0["message"]?.string } == ["c1-1"])
        let phrase = try await service.ask("GET", "/api/search?q=%22night+train%22&chat=c1&role=user&by_rank=true")
            .json()
        #expect(phrase["results"]?.elements?.count == 1)
        for (query, parameter) in [
            ("", "q"), ("q=%20", "q"), ("q=a&raw=true&q=%22", "q"), ("q=a&role=dog", "role"),
            ("q=a&by_rank=1&before=\(next)", "before"),
        ] {
            let refused = try await service.ask("GET", "/api/search?\(query)")
            #expect(refused.status == 400)
            #expect(try refused.error("param") == parameter)
        }
        #expect(try await service.ask("GET", "/api/search?q=a&chat=c3").status == 404)
        try await service.stop()
    }
}
