import Conversations
import JSON
import Storage
import Support
import Testing

@testable import Service

@Suite struct ExchangeRoutesTests {
    @Test func `another reply is given, and the first stays`() async throws {
        let provider = ScriptedProvider(saying: "An", "other")
        let service = try await RunningService(saying: provider)
        try await service.chat("c", saying: "Hi", "Hello")
        let answer = try await service.ask("POST", "/api/chats/c/retry").json()
        #expect(answer["message"]?["id"]?.string == "c-1")
        #expect(answer["reply"]?["id"]?.string == "c-3")
        #expect(answer["reply"]?["content"]?.string == "Another")
        #expect(answer["reply"]?["parent"]?.string == "c-1")
        #expect(answer["attempts"]?.elements?.count == 1)
        #expect(provider.requests.last?.streams == false)
        let branches = try await service.store.branches(of: ChatID(rawValue: "c"), of: .local)
        #expect(branches?.count == 2)
        try await service.stop()
    }

    @Test func `an earlier reply is asked for again by its number, of the provider that is named`() async throws {
        let other = ScriptedProvider(name: "other", saying: "From there")
        let service = try await RunningService(
            [ScriptedProvider(saying: "No"), other], surroundings: ScriptedWorld().surroundings())
        try await service.chat("c", saying: "Hi", "Hello", "Why?", "So.")
        let answer = try await service.ask("POST", "/api/chats/c/retry", #"{"branch":2,"model":"other/big"}"#).json()
        #expect(answer["reply"]?["parent"]?.string == "c-1")
        #expect(answer["reply"]?["provider"]?.string == "other")
        #expect(answer["reply"]?["model"]?.string == "big")
        #expect(other.requests.last?.model == "big")
        let refused = try await service.ask("POST", "/api/chats/c/retry", #"{"model":"nobody"}"#)
        #expect(refused.status == 404)
        #expect(try refused.error("code") == "model_not_found")
        try await service.stop()
    }

    @Test func `other words are a branch of their own`() async throws {
        let provider = ScriptedProvider(saying: "Ah")
        let service = try await RunningService(saying: provider)
        try await service.chat("c", saying: "Hi", "Hello", "Why?", "So.")
        let answer = try await service.ask(
            "POST", "/api/chats/c/edit-message", #"{"message":3,"text":"Where?"}"#
        ).json()
        #expect(answer["message"]?["content"]?.string == "Where?")
        #expect(answer["message"]?["parent"]?.string == "c-2")
        #expect(
            provider.requests.last?.content
                == .messages([
                    HistoryMessage(role: .user, content: "Hi"), HistoryMessage(role: .assistant, content: "Hello"),
                    HistoryMessage(role: .user, content: "Where?"),
                ]))
        try await service.stop()
    }

    @Test(
        arguments: [
            (#"{"text":"x"}"#, 400, "message"), (#"{"message":1}"#, 400, "text"),
            (#"{"message":1,"text":" "}"#, 400, "text"),
            (#"{"message":0,"text":"x"}"#, 400, "message"), (#"{"message":2,"text":"x"}"#, 400, nil),
            (#"{"message":9,"text":"x"}"#, 404, nil), (#"{"message":1,"text":"x","strem":true}"#, 400, "strem"),
        ] as [(String, Int, String?)])
    func `other words that make no sense are refused, and nothing is said`(
        body: String, status: Int, parameter: String?
    ) async throws {
        let provider = ScriptedProvider(saying: "Ah")
        let service = try await RunningService(saying: provider)
        let before = try await service.chat("c", saying: "Hi", "Hello")
        let answer = try await service.ask("POST", "/api/chats/c/edit-message", body)
        #expect(answer.status == status)
        #expect(try answer.error("param") == parameter)
        #expect(provider.requests.isEmpty)
        #expect(try await service.store.chat(before.id, of: .local) == before)
        try await service.stop()
    }

    @Test func `a streamed exchange is told from its beginning to its end`() async throws {
        let service = try await RunningService(saying: ScriptedProvider(saying: "Grüß", " dich"))
        try await service.chat("c", saying: "Hi")
        let answer = try await service.ask("POST", "/api/chats/c/retry", #"{"stream":true}"#)
        #expect(answer["Content-Type"] == "text/event-stream; charset=utf-8")
        let events = ServerSentEvent.events(in: answer.text)
        #expect(events.first?.name == "began")
        #expect(events.last?.name == "exchange")
        let texts = events.filter { $0.name == "text" }.map(\.data)
        #expect(texts == [#"{"offset":0,"text":"Grüß"}"#, #"{"offset":6,"text":" dich"}"#])
        let end = try JSON.JSONValue(Array((events.last?.data ?? "").utf8))
        #expect(end["reply"]?["content"]?.string == "Grüß dich")
        #expect(end["reply"]?["status"]?.string == "complete")
        try await service.stop()
    }

    @Test(arguments: [true, false])
    func `a provider that fails at once is an error that is not to be tried again`(streams: Bool) async throws {
        let service = try await RunningService(
            saying: ScriptedProvider([.failure(ProviderError(.unauthorized, "no key"))]))
        try await service.chat("c", saying: "Hi")
        let answer = try await service.ask("POST", "/api/chats/c/retry", #"{"stream":\#(streams)}"#)
        #expect(answer.status == 502)
        #expect(answer["x-should-retry"] == "false")
        #expect(try answer.error("code") == "provider_failed")
        try await service.stop()
    }

    @Test func `a reply that is torn is told to be so, with what had come`() async throws {
        let service = try await RunningService(
            saying: ScriptedProvider([.event(.text("Hel")), .failure(ProviderError(.endedEarly))]))
        try await service.chat("c", saying: "Hi")
        let answer = try await service.ask("POST", "/api/chats/c/retry", #"{"stream":true}"#)
        let events = ServerSentEvent.events(in: answer.text)
        #expect(events.map(\.name) == ["began", "text", "error", "exchange"])
        let end = try JSON.JSONValue(Array((events.last?.data ?? "").utf8))
        #expect(end["reply"]?["status"]?.string == "interrupted")
        #expect(end["reply"]?["content"]?.string == "Hel")
        try await service.stop()
    }
}
