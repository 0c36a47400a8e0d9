import Conversations
import JSON
import Storage
import Support
import Testing

@testable import Service

@Suite struct ResponseTests {
    private let world = ScriptedWorld()

    private func service(_ provider: ScriptedProvider, limits: ServiceLimits = ServiceLimits()) async throws
        -> RunningService
    {
        try await RunningService([provider], limits: limits, surroundings: world.surroundings())
    }

    private func create(_ more: String = #""input":"Hello""#, in service: RunningService) async throws
        -> RunningService.Answer
    {
        try await service.ask("POST", "/v1/responses", #"{"model":"scripted",\#(more)}"#)
    }

    private func name(_ answer: RunningService.Answer) throws -> String {
        try #require(answer.status == 200, "\(answer.text)")
        return try #require(try answer.json()["id"]?.string)
    }

    private func messages(_ texts: (Role, String)...) -> HistoryContent {
        .messages(texts.map { HistoryMessage(role: $0.0, content: $0.1) })
    }

    // MARK: - The object

    @Test func `a response has every key, in its order`() async throws {
        let service = try await service(
            ScriptedProvider([
                .event(.text("Good ")), .event(.text("morning")),
                .event(.usage(TokenUsage(inputTokens: 8, outputTokens: 15))),
                .event(.finish(reason: "stop", text: nil)),
            ]))
        let answer = try await create(in: service)
        let chat = try await service.onlyBranch().chat.id.rawValue
        #expect(
            answer.text == #"{"id":"resp_\#(chat)-2","object":"response","created_at":1769860800,"#
                + #""completed_at":1769860800,"status":"completed","background":false,"error":null,"#
                + #""incomplete_details":null,"instructions":null,"max_output_tokens":null,"max_tool_calls":null,"#
                + #""model":"scripted","output":[{"id":"msg_\#(chat)-2","type":"message","role":"assistant","#
                + #""status":"completed","content":[{"type":"output_text","text":"Good morning","annotations":[],"#
                + #""logprobs":[]}]}],"parallel_tool_calls":true,"previous_response_id":null,"conversation":null,"#
                + #""prompt_cache_key":null,"reasoning":null,"safety_identifier":null,"service_tier":"default","#
                + #""store":true,"temperature":1.0,"top_p":1.0,"presence_penalty":0.0,"frequency_penalty":0.0,"#
                + #""top_logprobs":0,"text":{"format":{"type":"text"}},"tool_choice":"auto","tools":[],"#
                + #""truncation":"disabled","usage":{"input_tokens":8,"input_tokens_details":{"cached_tokens":0,"#
                + #""cache_write_tokens":0},"output_tokens":15,"output_tokens_details":{"reasoning_tokens":0},"#
                + #""total_tokens":23},"user":null,"metadata":{},"parley":{"chat":"\#(chat)","message":"\#(chat)-2","#
                + #""provider":"scripted","left_out":0}}"#)
        #expect(try await service.ask("GET", "/v1/responses/resp_\(chat)-2").text == answer.text)
        try await service.stop()
    }

    @Test func `what was asked is given back, then and later, and told to the provider`() async throws {
        let provider = ScriptedProvider(saying: "Yes")
        let service = try await service(provider)
        let asked = [
            #""instructions":"Be \"brief\".""#, #""max_output_tokens":20"#, #""max_tool_calls":3"#,
            #""parallel_tool_calls":false"#, #""prompt_cache_key":"p""#, #""safety_identifier":"s""#,
            #""service_tier":"flex""#, #""temperature":0.25"#, #""top_p":0.5"#, #""presence_penalty":-1.5"#,
            #""frequency_penalty":2.0"#, #""tool_choice":"none""#, #""truncation":"auto""#, #""user":"u""#,
            #""metadata":{"a":"ä","b":""}"#,
        ]
        let answer = try await create(
            asked.joined(separator: ",")
                + #","input":"Hello","include":["x"],"stream_options":{"include_obfuscation":false},"#
                + #""tools":[],"background":false,"text":{"format":{"type":"text"}},"reasoning":null,"brand_new":1"#,
            in: service)
        for field in asked { #expect(answer.text.contains(field + ","), "\(field)") }
        #expect(try await service.ask("GET", "/v1/responses/\(try name(answer))").text == answer.text)
        var sampling = Sampling()
        (sampling.temperature, sampling.topP, sampling.maximumTokens) = (0.25, 0.5, 20)
        (sampling.presencePenalty, sampling.frequencyPenalty, sampling.user) = (-1.5, 2, "u")
        #expect(provider.requests.map(\.sampling) == [sampling])
        #expect(provider.requests[0].content == messages((.system, "Be \"brief\"."), (.user, "Hello")))
        try await service.stop()
    }

    @Test func `tokens that nobody counted are guessed, and what was guessed stays`() async throws {
        let service = try await service(ScriptedProvider(saying: "Good morning"))
        let answer = try await create(in: service)
        let usage = try answer.json()["usage"]
        #expect(usage?["input_tokens"]?.integer == TokenEstimate.standard.tokens("Hello"))
        #expect(usage?["output_tokens"]?.integer == TokenEstimate.standard.tokens("Good morning"))
        #expect(try await service.ask("GET", "/v1/responses/\(try name(answer))").text == answer.text)
        try await service.stop()
    }

    @Test(arguments: [
        ("length", "max_output_tokens"), ("max_tokens", "max_output_tokens"), ("content_filter", "content_filter"),
    ])
    func `a reply that its provider cut is incomplete`(reason: String, told: String) async throws {
        let service = try await service(
            ScriptedProvider([.event(.text("Half")), .event(.finish(reason: reason, text: nil))]))
        let answer = try await create(in: service)
        let json = try answer.json()
        #expect(json["status"]?.string == "incomplete")
        #expect(json["incomplete_details"]?["reason"]?.string == told)
        #expect(json["completed_at"] == .null)
        #expect(json["output"]?.elements?.first?["status"]?.string == "incomplete")
        #expect(try await service.ask("GET", "/v1/responses/\(try name(answer))").text == answer.text)

        let stream = ReceivedEvents(try await create(#""input":"Hello","stream":true"#, in: service).text)
        #expect(stream.names.suffix(3) == ["response.output_item.done", "response.incomplete", nil])
        #expect(stream["response.output_item.done"]?["item"]?["status"]?.string == "incomplete")
        try await service.stop()
    }

    // MARK: - What goes before

    @Test func `a conversation goes before, and takes in what is said`() async throws {
        let provider = ScriptedProvider(saying: "Yes")
        let service = try await service(provider)
        let made = try await service.ask(
            "POST", "/v1/conversations",
            #"{"items":[{"role":"developer","content":"D"},{"role":"user","content":"1"}]}"#)
        let conversation = try #require(try made.json()["id"]?.string)
        let first = try await create(
            #""input":[{"role":"user","content":"2"}],"instructions":"I","conversation":"\#(conversation)""#,
            in: service)
        #expect(try first.json()["conversation"]?["id"]?.string == conversation)
        let second = try await create(#""input":"3","conversation":{"id":"\#(conversation)"}"#, in: service)
        #expect(try second.json()["previous_response_id"] == .null)
        // What was told with the first request alone is not told with the second.
        #expect(
            provider.requests.map(\.content) == [
                messages((.system, "I"), (.system, "D"), (.user, "1"), (.user, "2")),
                messages((.system, "D"), (.user, "1"), (.user, "2"), (.assistant, "Yes"), (.user, "3")),
            ])
        let items = try await service.ask("GET", "/v1/conversations/\(conversation)/items?order=asc").json()
        #expect(
            (items["data"]?.elements ?? []).map { $0["role"]?.string } == [
                "developer", "user", "user", "assistant", "user", "assistant",
            ])
        #expect(items["data"]?.elements?.last == (try second.json()["output"]?.elements?.first))
        try await service.stop()
    }

    @Test func `a response goes before, with what went before it, and two that follow it are two branches`()
        async throws
    {
        let provider = ScriptedProvider(saying: "Yes")
        let service = try await service(provider)
        let root = try name(try await create(#""input":"1","instructions":"I""#, in: service))
        let one = try await create(#""input":"2a","previous_response_id":"\#(root)""#, in: service)
        let other = try await create(#""input":"2b","previous_response_id":"\#(root)""#, in: service)
        let third = try await create(#""input":"3a","previous_response_id":"\#(try name(one))""#, in: service)
        #expect(try one.json()["previous_response_id"]?.string == root)
        #expect(try other.json()["previous_response_id"]?.string == root)
        #expect(try third.json()["conversation"] == .null)
        #expect(
            provider.requests.dropFirst().map(\.content) == [
                messages((.user, "1"), (.assistant, "Yes"), (.user, "2a")),
                messages((.user, "1"), (.assistant, "Yes"), (.user, "2b")),
                messages((.user, "1"), (.assistant, "Yes"), (.user, "2a"), (.assistant, "Yes"), (.user, "3a")),
            ])
        let chat = try await service.onlyBranch().chat
        #expect(try await service.store.branches(of: chat.id, of: .local)?.count == 2)
        try await service.stop()
    }

    @Test func `a chat of the terminal's is a conversation, and a response a chat of the terminal's`() async throws {
        let provider = ScriptedProvider(saying: "Yes")
        let service = try await service(provider)
        _ = try await create(#""input":"What is a kestrel?""#, in: service)
        let (chat, branch) = try await service.onlyBranch()
        #expect(chat.title == "What is a kestrel?")
        #expect(branch.map(\.content) == ["What is a kestrel?", "Yes"])
        #expect(chat.provider == "scripted")
        let answer = try await create(#""input":"And?","conversation":"conv_\#(chat.id)""#, in: service)
        #expect(answer.status == 200)
        #expect(try await service.onlyBranch().messages.map(\.content) == ["What is a kestrel?", "Yes", "And?", "Yes"])
        try await service.stop()
    }

    @Test func `a conversation that was made empty gets its title from the first input`() async throws {
        let service = try await service(ScriptedProvider(saying: "Yes"))
        let made = try await service.ask("POST", "/v1/conversations", #"{"items":[]}"#)
        let conversation = try #require(try made.json()["id"]?.string)
        _ = try await create(#""input":"Hello there","conversation":"\#(conversation)""#, in: service)
        #expect(try await service.onlyBranch().chat.title == "Hello there")
        try await service.stop()
    }

    // MARK: - Not stored

    @Test func `nothing is kept of what is not to be stored`() async throws {
        let provider = ScriptedProvider(saying: "Yes")
        let service = try await service(provider)
        let answer = try await create(
            #""store":false,"input":[{"role":"user","content":"1"},{"role":"assistant","content":"2"},{"role":"user","content":"3"}]"#,
            in: service)
        let json = try answer.json()
        #expect(json["store"]?.boolean == false)
        #expect(json["status"]?.string == "completed")
        #expect(json["output"]?.elements?.first?["content"]?.elements?.first?["text"]?.string == "Yes")
        #expect(json["parley"]?["chat"] == .null)
        #expect(json["usage"]?["total_tokens"]?.integer ?? 0 > 0)
        #expect(provider.requests[0].content == messages((.user, "1"), (.assistant, "2"), (.user, "3")))
        #expect(try await service.chats().isEmpty)
        #expect(try await service.outcomes() == [.ok])
        let name = try name(answer)
        #expect(try await service.ask("GET", "/v1/responses/\(name)").status == 404)
        let next = try await create(#""input":"4","previous_response_id":"\#(name)""#, in: service)
        #expect(next.status == 400)
        #expect(try next.json()["error"]?["code"]?.string == "previous_response_not_found")
        try await service.stop()
    }

    @Test func `what is not stored may go on from what is`() async throws {
        let provider = ScriptedProvider(saying: "Yes")
        let service = try await service(provider)
        let root = try name(try await create(#""input":"1""#, in: service))
        let answer = try await create(
            #""input":"2","store":false,"stream":true,"previous_response_id":"\#(root)""#, in: service)
        let completed = ReceivedEvents(answer.text)["response.completed"]?["response"]
        #expect(completed?["previous_response_id"]?.string == root)
        #expect(provider.requests[1].content == messages((.user, "1"), (.assistant, "Yes"), (.user, "2")))
        #expect(try await service.onlyBranch().messages.count == 2)
        try await service.stop()
    }

    @Test func `a conversation takes in also what is not stored as a response`() async throws {
        let service = try await service(ScriptedProvider(saying: "Yes"))
        let made = try await service.ask("POST", "/v1/conversations", "{}")
        let conversation = try #require(try made.json()["id"]?.string)
        let answer = try await create(#""input":"1","store":false,"conversation":"\#(conversation)""#, in: service)
        let (chat, branch) = try await service.onlyBranch()
        #expect(branch.map(\.content) == ["1", "Yes"])
        #expect(try answer.json()["store"]?.boolean == false)
        #expect(try answer.json()["output"]?.elements?.first?["id"]?.string == "msg_\(chat.id)-2")
        for name in [try name(answer), "resp_\(chat.id)-2"] {
            #expect(try await service.ask("GET", "/v1/responses/\(name)").status == 404)
        }
        try await service.stop()
    }

    // MARK: - Later

    @Test func `a deleted response is gone, and what hangs on it is whole`() async throws {
        let provider = ScriptedProvider(saying: "Yes")
        let service = try await service(provider)
        let root = try name(try await create(#""input":"1""#, in: service))
        let second = try await create(#""input":"2","previous_response_id":"\#(root)""#, in: service)
        let deleted = try await service.ask("DELETE", "/v1/responses/\(root)")
        #expect(deleted.text == #"{"id":"\#(root)","object":"response","deleted":true}"#)
        for method in ["GET", "DELETE"] {
            let again = try await service.ask(method, "/v1/responses/\(root)")
            #expect(again.status == 404)
            #expect(try again.json()["error"]?["code"]?.string == "response_not_found")
        }
        let next = try await create(#""input":"3","previous_response_id":"\#(root)""#, in: service)
        #expect(next.status == 400)
        #expect(try next.json()["error"]?["param"]?.string == "previous_response_id")
        #expect(try await service.ask("GET", "/v1/responses/\(try name(second))").text == second.text)
        let third = try await create(#""input":"3","previous_response_id":"\#(try name(second))""#, in: service)
        #expect(third.status == 200)
        #expect(
            provider.requests.last?.content
                == messages((.user, "1"), (.assistant, "Yes"), (.user, "2"), (.assistant, "Yes"), (.user, "3")))
        try await service.stop()
    }

    @Test func `the responses of a deleted conversation are gone`() async throws {
        let service = try await service(ScriptedProvider(saying: "Yes"))
        let name = try name(try await create(in: service))
        let chat = try await service.onlyBranch().chat.id
        #expect(try await service.ask("DELETE", "/v1/conversations/conv_\(chat)").status == 200)
        #expect(try await service.ask("GET", "/v1/responses/\(name)").status == 404)
        #expect(try await service.ask("GET", "/v1/responses/\(name)/input_items").status == 404)
        try await service.stop()
    }

    @Test func `the input is given back a page at a time, and not what went before it`() async throws {
        let service = try await service(ScriptedProvider(saying: "Yes"))
        let root = try name(try await create(#""input":"1""#, in: service))
        let answer = try await create(
            #""previous_response_id":"\#(root)","input":[{"role":"developer","content":"D"},{"role":"assistant","content":"A"},{"role":"user","content":"U"}]"#,
            in: service)
        let path = "/v1/responses/\(try name(answer))/input_items"
        let chat = try await service.onlyBranch().chat.id
        let all = try await service.ask("GET", "\(path)?limit=20&order=desc").json()
        #expect((all["data"]?.elements ?? []).map { $0["role"]?.string } == ["user", "assistant", "developer"])
        #expect(
            (all["data"]?.elements ?? []).map { $0["id"]?.string } == (3...5).reversed().map { "msg_\(chat)-\($0)" })
        #expect(all["data"]?.elements?.first?["content"]?.elements?.first?["type"]?.string == "input_text")
        let first = try await service.ask("GET", "\(path)?limit=2&order=asc").json()
        #expect(first["has_more"]?.boolean == true)
        let rest = try await service.ask("GET", "\(path)?limit=2&order=asc&after=msg_\(chat)-4").json()
        #expect((rest["data"]?.elements ?? []).map { $0["id"]?.string } == ["msg_\(chat)-5"])
        #expect(rest["has_more"]?.boolean == false)
        #expect(try await service.ask("GET", "\(path)?after=msg_\(chat)-1").status == 400)
        #expect(try await service.ask("GET", "\(path)?limit=0").status == 400)
        try await service.stop()
    }

    // MARK: - Refused

    @Test(arguments: [
        ("{}", "model", "missing_required_parameter"),
        (#"{"model":"scripted"}"#, "input", "missing_required_parameter"),
        (#"{"model":"scripted","input":null}"#, "input", "missing_required_parameter"),
        (#"{"model":"scripted","input":[]}"#, "input", "invalid_value"),
        (#"{"model":"scripted","input":1}"#, "input", "invalid_type"),
        (#"{"model":1,"input":"a"}"#, "model", "invalid_type"),
        (
            #"{"model":"scripted","input":[{"type":"item_reference","id":"msg_1"}]}"#, "input[0].type",
            "unsupported_value"
        ),
        (
            #"{"model":"scripted","input":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}"#,
            "input[1].role", "unsupported_value"
        ),
        (#"{"model":"scripted","input":"a","stream":"yes"}"#, "stream", "invalid_type"),
        (#"{"model":"scripted","input":"a","temperature":3}"#, "temperature", "invalid_value"),
        (#"{"model":"scripted","input":"a","max_output_tokens":0}"#, "max_output_tokens", "integer_out_of_range"),
        (#"{"model":"scripted","input":"a","truncation":"some"}"#, "truncation", "invalid_value"),
        (#"{"model":"scripted","input":"a","conversation":7}"#, "conversation", "invalid_type"),
        (#"{"model":"scripted","input":"a","conversation":{}}"#, "conversation.id", "missing_required_parameter"),
        (#"{"model":"scripted","input":"a","background":true}"#, "background", "unsupported_parameter"),
        (#"{"model":"scripted","input":"a","tools":[{"type":"web_search"}]}"#, "tools", "unsupported_parameter"),
        (#"{"model":"scripted","input":"a","tool_choice":"required"}"#, "tool_choice", "unsupported_parameter"),
        (#"{"model":"scripted","input":"a","prompt":{"id":"p"}}"#, "prompt", "unsupported_parameter"),
        (
            #"{"model":"scripted","input":"a","text":{"format":{"type":"json_object"}}}"#, "text.format.type",
            "unsupported_value"
        ),
        (#"{"model":"scripted","input":"a","top_logprobs":2}"#, "top_logprobs", "unsupported_parameter"),
        (#"{"model":"scripted","input":"a","moderation":{}}"#, "moderation", "unsupported_parameter"),
        (#"{"model":"scripted","input":"a","context_management":[]}"#, "context_management", "unsupported_parameter"),
        (
            #"{"model":"scripted","input":"a","conversation":"conv_1","previous_response_id":"resp_1-2"}"#,
            "previous_response_id", "mutually_exclusive_parameters"
        ),
        (
            #"{"model":"scripted","input":"a","previous_response_id":"resp_1-2"}"#, "previous_response_id",
            "previous_response_not_found"
        ),
        (
            #"{"model":"scripted","input":"a","previous_response_id":"rubbish"}"#, "previous_response_id",
            "previous_response_not_found"
        ),
    ])
    func `what cannot be is refused, and nobody is asked`(body: String, place: String, code: String) async throws {
        let provider = ScriptedProvider(saying: "Yes")
        let service = try await service(provider)
        let answer = try await service.ask("POST", "/v1/responses", body)
        #expect(answer.status == 400)
        #expect(try answer.json()["error"]?["param"]?.string == place)
        #expect(try answer.json()["error"]?["code"]?.string == code)
        #expect(provider.requests.isEmpty)
        #expect(try await service.chats().isEmpty)
        try await service.stop()
    }

    @Test(arguments: [
        (#""model":"other""#, "model_not_found", "model"),
        (#""model":"scripted","conversation":"conv_none""#, "conversation_not_found", "conversation"),
        (#""model":"scripted","conversation":"none""#, "conversation_not_found", "conversation"),
    ])
    func `what is not there is told to be missing`(fields: String, code: String, place: String) async throws {
        let service = try await service(ScriptedProvider(saying: "Yes"))
        let answer = try await service.ask("POST", "/v1/responses", #"{"input":"a",\#(fields)}"#)
        #expect(answer.status == 404)
        #expect(try answer.json()["error"]?["code"]?.string == code)
        #expect(try answer.json()["error"]?["param"]?.string == place)
        try await service.stop()
    }
}
