import Conversations
import JSON
import Providers
import Support
import Testing

@testable import Service

@Suite struct CompletionTests {
    private let world = ScriptedWorld()

    private func service(_ providers: any ChatProvider...) async throws -> RunningService {
        try await RunningService(providers, surroundings: world.surroundings())
    }

    private let hello = #"{"model":"scripted","messages":[{"role":"user","content":"Hello"}]}"#

    private func hello(_ more: String) -> String {
        #"{"model":"scripted","messages":[{"role":"user","content":"Hello"}],\#(more)}"#
    }

    // MARK: - Answers

    @Test func `an answer has every field that strict clients want`() async throws {
        let service = try await service(ScriptedProvider(saying: "Well, ", "\"hello\"\n"))
        let answer = try await service.ask("POST", "/v1/chat/completions", hello)
        #expect(answer.status == 200)
        #expect(answer["Content-Type"] == "application/json")
        let id = try #require(try answer.json()["id"]?.string)
        #expect(id.hasPrefix("chatcmpl-") && id.count == 35)
        #expect(
            answer.text == #"{"id":"\#(id)","object":"chat.completion","created":1769860800,"model":"scripted","#
                + #""choices":[{"index":0,"message":{"role":"assistant","content":"Well, \"hello\"\n","refusal":null},"#
                + #""logprobs":null,"finish_reason":"stop"}],"#
                + #""usage":{"prompt_tokens":6,"completion_tokens":8,"total_tokens":14}}"#)
        try await service.stop()
    }

    @Test func `a stream is chunks of one id, a role first, a reason last, and the mark of its end`() async throws {
        let service = try await service(ScriptedProvider(saying: "Hel", "lo\n"))
        let answer = try await service.ask("POST", "/v1/chat/completions", hello(#""stream":true"#))
        #expect(answer.status == 200)
        #expect(answer["Content-Type"] == "text/event-stream; charset=utf-8")
        #expect(answer["X-Accel-Buffering"] == "no")
        #expect(answer["Cache-Control"] == "no-store")
        let id = try #require(try JSONValue(Array(answer.events[0].utf8))["id"]?.string)
        let start = #"data: {"id":"\#(id)","object":"chat.completion.chunk","created":1769860800,"model":"scripted","#
        let chunks = [
            #"{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]}"#,
            #"{"content":"Hel"},"logprobs":null,"finish_reason":null}]}"#,
            #"{"content":"lo\n"},"logprobs":null,"finish_reason":null}]}"#,
            #"{},"logprobs":null,"finish_reason":"stop"}]}"#,
        ]
        #expect(
            answer.text == chunks.map { start + #""choices":[{"index":0,"delta":"# + $0 + "\n\n" }.joined()
                + "data: [DONE]\n\n")
        try await service.stop()
    }

    @Test func `tokens are counted in the last chunk alone, and only where that is asked for`() async throws {
        let provider = ScriptedProvider([
            .event(.text("Hello")), .event(.usage(TokenUsage(inputTokens: 2, outputTokens: 10))),
            .event(.finish(reason: "length", text: nil)),
        ])
        let service = try await service(provider)
        let answer = try await service.ask(
            "POST", "/v1/chat/completions", hello(#""stream":true,"stream_options":{"include_usage":true}"#))
        let chunks = try answer.events.dropLast().map { try JSONValue(Array($0.utf8)) }
        #expect(answer.events.last == "[DONE]")
        #expect(chunks.count == 4)
        for chunk in chunks.dropLast() { #expect(chunk["usage"] == .null) }
        #expect(chunks[2]["choices"]?.elements?.first?["finish_reason"]?.string == "length")
        #expect(chunks[3]["choices"] == .array([]))
        #expect(chunks[3]["usage"]?["prompt_tokens"]?.integer == 2)
        #expect(chunks[3]["usage"]?["completion_tokens"]?.integer == 10)
        #expect(chunks[3]["usage"]?["total_tokens"]?.integer == 12)
        try await service.stop()
    }

    @Test func `text that a provider gives only with its end is streamed too`() async throws {
        let provider = ScriptedProvider([.event(.text("Hel")), .event(.finish(reason: nil, text: "Hello"))])
        let service = try await service(provider)
        let answer = try await service.ask("POST", "/v1/chat/completions", hello(#""stream":true"#))
        let deltas = try answer.events.dropLast().compactMap {
            try JSONValue(Array($0.utf8))["choices"]?.elements?.first?["delta"]?["content"]?.string
        }
        #expect(deltas == ["", "Hel", "lo"])
        try await service.stop()
    }

    @Test func `through a real endpoint it is the same text`() async throws {
        let endpoint = try StandInEndpoint()
        let folder = try TemporaryFolder()
        let provider = try await Upstream.provider(
            at: endpoint.address, folder: folder, surroundings: world.surroundings())
        let service = try await service(provider)
        let body = #"{"model":"up/stand-in","messages":[{"role":"user","content":"one two three"}],"stream":true}"#
        let answer = try await service.ask("POST", "/v1/chat/completions", body)
        let text = try answer.events.dropLast().compactMap {
            try JSONValue(Array($0.utf8))["choices"]?.elements?.first?["delta"]?["content"]?.string
        }.joined()
        #expect(text == ModelMessage.echo([ModelMessage("user", "one two three")]).joined())
        #expect(endpoint.prompts.count == 1)
        try await service.stop()
    }

    // MARK: - Requests

    @Test func `what the client sends is what the provider gets`() async throws {
        let provider = ScriptedProvider(saying: "Yes")
        let service = try await service(provider)
        let body = #"""
            {"model":"scripted/large/one","messages":[
              {"role":"system","content":"Be brief."},
              {"role":"developer","content":[{"type":"text","text":"In "},{"type":"text","text":"verse."}]},
              {"role":"user","content":" What is it?\n","name":"ann"},
              {"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function"}]},
              {"role":"tool","content":"42","tool_call_id":"1"}],
             "temperature":0,"top_p":0.5,"max_tokens":9,"max_completion_tokens":7,"stop":"END","seed":-3,
             "presence_penalty":1,"frequency_penalty":-2,"user":"ann","n":1,"tools":[],"tool_choice":"none",
             "response_format":{"type":"text"},"logprobs":false,"store":null,"a_field_of_next_month":{"x":[1]}}
            """#
        let answer = try await service.ask("POST", "/v1/chat/completions", body)
        #expect(answer.status == 200)
        #expect(try answer.json()["model"]?.string == "scripted/large/one")
        let request = try #require(provider.requests.first)
        #expect(request.model == "large/one")
        #expect(!request.streams)
        #expect(
            request.content
                == .messages([
                    HistoryMessage(role: .system, content: "Be brief."),
                    HistoryMessage(role: .system, content: "In verse."),
                    HistoryMessage(role: .user, content: " What is it?\n"), HistoryMessage(role: .user, content: "42"),
                ]))
        var sampling = Sampling()
        sampling.temperature = 0
        sampling.topP = 0.5
        sampling.maximumTokens = 7
        sampling.stop = ["END"]
        sampling.seed = -3
        sampling.presencePenalty = 1
        sampling.frequencyPenalty = -2
        sampling.user = "ann"
        #expect(request.sampling == sampling)
        try await service.stop()
    }

    @Test(arguments: [
        (#""n":2"#, "n", "unsupported_value"), (#""tools":[{"type":"function"}]"#, "tools", "unsupported_parameter"),
        (#""functions":[{}]"#, "functions", "unsupported_parameter"),
        (#""tool_choice":"required""#, "tool_choice", "unsupported_parameter"),
        (#""response_format":{"type":"json_object"}"#, "response_format.type", "unsupported_value"),
        (#""logprobs":true"#, "logprobs", "unsupported_parameter"),
        (#""top_logprobs":1"#, "top_logprobs", "unsupported_parameter"),
        (#""modalities":["audio"]"#, "modalities", "unsupported_value"),
        (#""audio":{"voice":"x"}"#, "audio", "unsupported_parameter"),
        (#""temperature":"hot""#, "temperature", "invalid_type"), (#""temperature":3"#, "temperature", "invalid_value"),
        (#""max_tokens":0"#, "max_tokens", "integer_out_of_range"), (#""stream":"yes""#, "stream", "invalid_type"),
        (#""stop":["a","b","c","d","e"]"#, "stop", "array_above_max_length"),
        (#""stop":[1]"#, "stop[0]", "invalid_type"),
        (#""metadata":{"a":1}"#, "metadata.a", "invalid_type"),
    ])
    func `what cannot be honoured is refused by its name`(field: String, parameter: String, code: String) async throws {
        let provider = ScriptedProvider(saying: "No")
        let service = try await service(provider)
        let answer = try await service.ask("POST", "/v1/chat/completions", hello(field))
        #expect(answer.status == 400)
        let error = try answer.json()["error"]
        #expect(error?["param"]?.string == parameter)
        #expect(error?["code"]?.string == code)
        #expect(provider.requests.isEmpty)
        try await service.stop()
    }

    @Test(arguments: [
        (#"{"messages":[{"role":"user","content":"x"}]}"#, "model", "missing_required_parameter"),
        (#"{"model":"scripted"}"#, "messages", "missing_required_parameter"),
        (#"{"model":"scripted","messages":[]}"#, "messages", "invalid_value"),
        (#"{"model":"scripted","messages":"x"}"#, "messages", "invalid_type"),
        (#"{"model":"scripted","messages":["x"]}"#, "messages[0]", "invalid_type"),
        (#"{"model":"scripted","messages":[{"content":"x"}]}"#, "messages[0].role", "missing_required_parameter"),
        (#"{"model":"scripted","messages":[{"role":"god","content":"x"}]}"#, "messages[0].role", "invalid_value"),
        (
            #"{"model":"scripted","messages":[{"role":"user","content":"x"},{"role":"assistant","content":null}]}"#,
            "messages[1].content", "missing_required_parameter"
        ),
        (
            #"{"model":"scripted","messages":[{"role":"user","content":[{"type":"image_url","image_url":{}}]}]}"#,
            "messages[0].content[0].type", "unsupported_value"
        ),
        (
            #"{"model":"scripted","store":true,"messages":[{"role":"assistant","content":"x"}]}"#, "messages",
            "invalid_value"
        ),
    ])
    func `messages that are none are told by their place`(body: String, parameter: String, code: String) async throws {
        let service = try await service(ScriptedProvider(saying: "No"))
        let answer = try await service.ask("POST", "/v1/chat/completions", body)
        #expect(answer.status == 400)
        let error = try answer.json()["error"]
        #expect(error?["param"]?.string == parameter)
        #expect(error?["code"]?.string == code)
        try await service.stop()
    }

    @Test func `a model that nobody has is not found`() async throws {
        let service = try await service(ScriptedProvider(saying: "No"))
        let answer = try await service.ask(
            "POST", "/v1/chat/completions", #"{"model":"x/y","messages":[{"role":"user","content":"x"}]}"#)
        #expect(answer.status == 404)
        #expect(try answer.json()["error"]?["code"]?.string == "model_not_found")
        try await service.stop()
    }

    // MARK: - What is kept

    @Test func `nothing that was said is kept, only that somebody was asked`() async throws {
        let service = try await service(ScriptedProvider(saying: "Hello"))
        #expect(try await service.ask("POST", "/v1/chat/completions", hello).status == 200)
        #expect(try await service.chats().isEmpty)
        #expect(try await service.outcomes() == [.ok])
        try await service.stop()
    }

    @Test(arguments: [false, true])
    func `with store the exchange is a chat`(streams: Bool) async throws {
        let service = try await service(ScriptedProvider(saying: "Four", "."))
        let body = #"""
            {"model":"scripted","store":true,"stream":\#(streams),"metadata":{"topic":"sums"},"messages":[
              {"role":"developer","content":"Count."},{"role":"user","content":"One and one?"},
              {"role":"assistant","content":"Two."},{"role":"user","content":"Two and two?"}]}
            """#
        let answer = try await service.ask("POST", "/v1/chat/completions", body)
        #expect(answer.status == 200)
        let (chat, messages) = try await service.onlyBranch()
        #expect(chat.title == "One and one?")
        #expect(chat.metadata == ["topic": "sums"])
        #expect(messages.map(\.content) == ["Count.", "One and one?", "Two.", "Two and two?", "Four."])
        #expect(messages.map(\.role) == [.system, .user, .assistant, .user, .assistant])
        #expect(messages[0].isDeveloper)
        let last = streams ? try JSONValue(Array(answer.events.dropLast().last!.utf8)) : try answer.json()
        #expect(last["parley"]?["chat"]?.string == chat.id.rawValue)
        #expect(last["parley"]?["message"]?.integer == 5)
        try await service.stop()
    }
}
