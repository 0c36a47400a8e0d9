import Conversations
import JSON
import Storage
import Support
import Testing

@testable import Service

@Suite struct ResponseStreamTests {
    private let world = ScriptedWorld()

    private func service(_ provider: ScriptedProvider) async throws -> RunningService {
        try await RunningService([provider], surroundings: world.surroundings())
    }

    private func stream(_ more: String = "", from service: RunningService) async throws -> ReceivedEvents {
        let answer = try await service.ask(
            "POST", "/v1/responses", #"{"model":"scripted","input":"Hello","stream":true\#(more)}"#)
        #expect(answer.status == 200)
        #expect(answer["Content-Type"] == "text/event-stream; charset=utf-8")
        #expect(answer["Cache-Control"] == "no-store")
        #expect(answer["X-Accel-Buffering"] == "no")
        return ReceivedEvents(answer.text)
    }

    /// The deltas joined.
    private func deltas(_ stream: ReceivedEvents) -> String {
        stream.events.filter { $0.name == "response.output_text.delta" }.compactMap { $0.json?["delta"]?.string }
            .joined()
    }

    /// What holds for every stream.
    private func check(_ stream: ReceivedEvents) {
        #expect(stream.others.isEmpty)
        #expect(stream.events.last?.name == nil)
        #expect(stream.events.last?.data == "[DONE]")
        for (number, event) in stream.events.dropLast().enumerated() {
            #expect(event.json?["type"]?.string == event.name)
            #expect(event.json?["sequence_number"]?.integer == number)
        }
        #expect(Set(stream.events.compactMap { $0.json?["response"]?["id"]?.string }).count == 1)
        let items = stream.events.compactMap { $0.json?["item_id"]?.string ?? $0.json?["item"]?["id"]?.string }
        #expect(Set(items).count == 1)
    }

    // MARK: - Whole

    @Test(arguments: ["", #","store":false"#])
    func `the events come in their order, and all say the same`(more: String) async throws {
        let service = try await service(ScriptedProvider(saying: "Hel", "lo 👋🏽", " \"you\"\n"))
        let stream = try await stream(more, from: service)
        check(stream)
        #expect(
            stream.names == [
                "response.created", "response.in_progress", "response.output_item.added",
                "response.content_part.added", "response.output_text.delta", "response.output_text.delta",
                "response.output_text.delta", "response.output_text.done", "response.content_part.done",
                "response.output_item.done", "response.completed", nil,
            ])
        let text = "Hello 👋🏽 \"you\"\n"
        #expect(deltas(stream) == text)
        #expect(stream["response.output_text.done"]?["text"]?.string == text)
        #expect(stream["response.content_part.done"]?["part"]?["text"]?.string == text)
        let item = stream["response.output_item.done"]?["item"]
        #expect(item?["content"]?.elements?.first?["text"]?.string == text)
        #expect(item?["status"]?.string == "completed")
        let response = stream["response.completed"]?["response"]
        #expect(response?["output"]?.elements == [item].compactMap(\.self))
        #expect(response?["usage"]?["output_tokens"]?.integer == TokenEstimate.standard.tokens(text))

        let created = stream["response.created"]?["response"]
        #expect(created?["status"]?.string == "in_progress")
        #expect(created?["output"] == .array([]))
        #expect(created?["usage"] == .null)
        #expect(stream["response.in_progress"]?["response"] == created)
        #expect(stream["response.output_item.added"]?["item"]?["content"] == .array([]))
        try await service.stop()
    }

    @Test func `an event is as the standard has it, byte for byte`() async throws {
        let service = try await service(ScriptedProvider(saying: "Hel"))
        let stream = try await stream(from: service)
        let item = "msg_\(try await service.onlyBranch().messages[1].id)"
        #expect(
            stream.events[2].data == #"{"type":"response.output_item.added","sequence_number":2,"output_index":0,"#
                + #""item":{"id":"\#(item)","type":"message","role":"assistant","status":"in_progress","content":[]}}"#)
        #expect(
            stream.events[3].data == #"{"type":"response.content_part.added","sequence_number":3,"item_id":"\#(item)","#
                + #""output_index":0,"content_index":0,"#
                + #""part":{"type":"output_text","text":"","annotations":[],"logprobs":[]}}"#)
        #expect(
            stream.events[4].data == #"{"type":"response.output_text.delta","sequence_number":4,"item_id":"\#(item)","#
                + #""output_index":0,"content_index":0,"delta":"Hel","logprobs":[]}"#)
        try await service.stop()
    }

    @Test func `what a client has seen completed is on disk, key for key`() async throws {
        let service = try await service(ScriptedProvider(saying: "Hel", "lo"))
        let stream = try await stream(#","metadata":{"a":"b"}"#, from: service)
        let response = try #require(stream["response.completed"]?["response"])
        let name = try #require(response["id"]?.string)
        #expect(try await service.ask("GET", "/v1/responses/\(name)").json() == response)
        try await service.stop()
    }

    @Test func `a provider that gives all at the end is told in one delta, and one that adds to it in another`()
        async throws
    {
        for steps: [ScriptedProvider.Step] in [
            [.event(.finish(reason: "stop", text: "Hello"))],
            [.event(.text("Hel")), .event(.finish(reason: "stop", text: "Hello"))],
        ] {
            let service = try await service(ScriptedProvider(steps))
            let stream = try await stream(from: service)
            check(stream)
            #expect(deltas(stream) == "Hello")
            #expect(stream["response.output_text.done"]?["text"]?.string == "Hello")
            try await service.stop()
        }
    }

    // MARK: - While it comes

    @Test func `a response can be asked for while it streams`() async throws {
        let latch = Latch()
        let service = try await service(
            ScriptedProvider([
                .event(.text("Half")), .action { await latch.wait() }, .event(.text(" and half")),
                .event(.finish(reason: "stop", text: nil)),
            ]))
        let stream = try await service.open("/v1/responses", #"{"model":"scripted","input":"Hello","stream":true}"#)
        let created = try JSON.JSONValue(Array(try #require(try await stream.event()).utf8))
        let name = try #require(created["response"]?["id"]?.string)
        var half: JSON.JSONValue?
        for _ in 1...20 where half?["output"]?.elements?.isEmpty != false {
            // The service's own clock, and whoever keeps the reply.
            while world.sleepers < 2 { await Task.yield() }
            world.advance(by: .milliseconds(100))
            half = try await service.ask("GET", "/v1/responses/\(name)").json()
        }
        #expect(half?["status"]?.string == "in_progress")
        #expect(half?["usage"] == .null)
        #expect(half?["completed_at"] == .null)
        #expect(half?["output"]?.elements?.first?["status"]?.string == "in_progress")
        #expect(half?["output"]?.elements?.first?["content"]?.elements?.first?["text"]?.string == "Half")
        latch.open()
        var last: String?
        while let event = try await stream.event() {
            if event != "[DONE]" { last = event }
        }
        let completed = try JSON.JSONValue(Array(try #require(last).utf8))
        #expect(try await service.ask("GET", "/v1/responses/\(name)").json() == completed["response"])
        try await service.stop()
    }

    @Test func `a reply goes on when its client leaves`() async throws {
        let latch = Latch()
        let service = try await service(
            ScriptedProvider([
                .event(.text("Half")), .action { await latch.wait() }, .event(.text(" and half")),
                .event(.finish(reason: "stop", text: nil)),
            ]))
        var name = ""
        do {
            let stream = try await service.open(
                "/v1/responses", #"{"model":"scripted","input":"Hello","stream":true}"#)
            let created = try JSON.JSONValue(Array(try #require(try await stream.event()).utf8))
            name = try #require(created["response"]?["id"]?.string)
        }
        latch.open()
        var response: JSON.JSONValue?
        repeat {
            response = try await service.ask("GET", "/v1/responses/\(name)").json()
        } while response?["status"]?.string == "in_progress"
        #expect(response?["status"]?.string == "completed")
        #expect(response?["output"]?.elements?.first?["content"]?.elements?.first?["text"]?.string == "Half and half")
        try await service.stop()
    }

    /// One that holds its reply back until the latch is open.
    private func held(by latch: Latch) -> ScriptedProvider {
        ScriptedProvider([
            .event(.text("Half")), .action { await latch.wait() }, .event(.finish(reason: "stop", text: nil)),
        ])
    }

    @Test func `a chat in which a reply streams is locked, and free when that has ended`() async throws {
        let latch = Latch()
        let provider = held(by: latch)
        var limits = ServiceLimits()
        limits.patience = .zero
        let service = try await RunningService([provider], limits: limits, surroundings: world.surroundings())
        let made = try await service.ask("POST", "/v1/conversations", "{}")
        let conversation = try #require(try made.json()["id"]?.string)
        let body = #"{"model":"scripted","input":"Hello","conversation":"\#(conversation)"}"#
        async let first = service.ask("POST", "/v1/responses", body)
        while provider.requests.isEmpty { await Task.yield() }

        for (method, path, body): (String, String, String?) in [
            ("POST", "/v1/responses", body),
            ("POST", "/v1/conversations/\(conversation)/items", #"{"items":[{"role":"user","content":"a"}]}"#),
            ("DELETE", "/v1/conversations/\(conversation)/items/msg_\(conversation.dropFirst(5))-1", nil),
            ("DELETE", "/v1/conversations/\(conversation)", nil),
        ] {
            let answer = try await service.ask(method, path, body)
            #expect(answer.status == 409)
            #expect(answer["Retry-After"] == "1")
            #expect(answer["x-should-retry"] == nil)
            #expect(try answer.json()["error"]?["code"]?.string == "conversation_locked")
            #expect(try answer.json()["error"]?["type"]?.string == "conflict")
        }
        latch.open()
        #expect(try await first.status == 200)
        #expect(try await service.ask("POST", "/v1/responses", body).status == 200)
        #expect(try await service.onlyBranch().messages.count == 4)
        try await service.stop()
    }

    @Test func `whoever finds a chat locked waits a while for it`() async throws {
        let latch = Latch()
        let provider = held(by: latch)
        let service = try await service(provider)
        let made = try await service.ask("POST", "/v1/conversations", "{}")
        let conversation = try #require(try made.json()["id"]?.string)
        let body = #"{"model":"scripted","input":"Hello","conversation":"\#(conversation)"}"#
        async let first = service.ask("POST", "/v1/responses", body)
        while provider.requests.isEmpty { await Task.yield() }
        let before = world.sleepers
        let answered = Tally()
        let second = Task {
            defer { answered.add(1) }
            return try await service.ask(
                "POST", "/v1/conversations/\(conversation)/items", #"{"items":[{"role":"user","content":"a"}]}"#)
        }
        while world.sleepers <= before { await Task.yield() }
        latch.open()
        #expect(try await first.status == 200)
        while answered.count == 0 {
            world.advance(by: .milliseconds(100))
            await Task.yield()
        }
        #expect(try await second.value.status == 200)
        #expect(try await service.onlyBranch().messages.map(\.content) == ["Hello", "Half", "a"])
        try await service.stop()
    }

    // MARK: - Cancelled

    @Test func `a response that is cancelled ends as far as it had come`() async throws {
        let service = try await service(ScriptedProvider([.event(.text("Half")), .waitForCancellation]))
        let stream = try await service.open("/v1/responses", #"{"model":"scripted","input":"Hello","stream":true}"#)
        let created = try JSON.JSONValue(Array(try #require(try await stream.event()).utf8))
        let name = try #require(created["response"]?["id"]?.string)
        let cancelled = try await service.ask("POST", "/v1/responses/\(name)/cancel")
        #expect(cancelled.status == 200)
        let json = try cancelled.json()
        #expect(json["status"]?.string == "cancelled")
        #expect(json["error"] == .null)
        #expect(json["output"]?.elements?.first?["content"]?.elements?.first?["text"]?.string == "Half")
        #expect(json["output"]?.elements?.first?["status"]?.string == "incomplete")
        #expect(try await service.ask("GET", "/v1/responses/\(name)").text == cancelled.text)
        var events: [JSON.JSONValue] = []
        while let event = try await stream.event(), event != "[DONE]" {
            events.append(try JSON.JSONValue(Array(event.utf8)))
        }
        #expect(events.suffix(2).map { $0["type"]?.string } == ["error", "response.failed"])
        #expect(events.last?["response"] == json)

        let again = try await service.ask("POST", "/v1/responses/\(name)/cancel")
        #expect(again.status == 400)
        #expect(try await service.ask("POST", "/v1/responses/resp_none-1/cancel").status == 404)
        try await service.stop()
    }

    @Test(arguments: ["", #","stream":true"#])
    func `a client that says so takes its reply with it when it leaves`(more: String) async throws {
        let provider = ScriptedProvider([.event(.text("Half")), .waitForCancellation])
        let service = try await service(provider)
        let asking = Task {
            try await service.ask(
                "POST", "/v1/responses?cancel_on_disconnect=true", #"{"model":"scripted","input":"Hello"\#(more)}"#)
        }
        while provider.requests.isEmpty { await Task.yield() }
        var chats = try await service.chats()
        while chats.isEmpty { chats = try await service.chats() }
        asking.cancel()
        _ = try? await asking.value
        while service.parts.replies.count > 0 { await Task.yield() }
        let reply = try await service.onlyBranch().messages[1]
        #expect(reply.content == "Half")
        let response = try await service.ask("GET", "/v1/responses/resp_\(reply.id)").json()
        #expect(response["status"]?.string == "cancelled")
        let wrong = try await service.ask(
            "POST", "/v1/responses?cancel_on_disconnect=perhaps", #"{"model":"scripted","input":"Hello"}"#)
        #expect(try wrong.json()["error"]?["param"]?.string == "cancel_on_disconnect")
        try await service.stop()
    }

    // MARK: - Failed

    @Test func `a response whose writer died has failed, as far as it had come`() async throws {
        let service = try await service(ScriptedProvider(saying: "Yes"))
        let chat = Chat(id: ChatID(rawValue: "a"), title: "T", createdAt: world.now)
        let record = ResponseRecord(model: "gone", metadata: ["a": "b"])
        let open = try await service.store.begin(
            NewExchange(
                target: .new(chat), turn: .say("Hello", after: nil), provider: "gone", model: nil,
                attempt: ProviderAttempt(
                    id: AttemptID(rawValue: "1"), provider: "gone", model: nil, kind: .chat, startedAt: world.now),
                process: "other-1", now: world.now, leaseUntil: world.now.advanced(by: .seconds(5)),
                response: ResponseFields(fields: record.text, namesConversation: true)))
        let name = open.reply.id.responseName
        #expect(try await service.ask("GET", "/v1/responses/\(name)").json()["status"]?.string == "in_progress")
        // Who writes it is not here.
        #expect(try await service.ask("POST", "/v1/responses/\(name)/cancel").status == 400)
        world.advance(by: .seconds(6))
        let response = try await service.ask("GET", "/v1/responses/\(name)").json()
        #expect(response["status"]?.string == "failed")
        #expect(response["error"]?["code"]?.string == "server_error")
        #expect(response["conversation"]?["id"]?.string == "conv_a")
        #expect(response["metadata"]?["a"]?.string == "b")
        let next = try await service.ask(
            "POST", "/v1/responses", #"{"model":"scripted","input":"Again","previous_response_id":"\#(name)"}"#)
        #expect(next.status == 200)
        #expect(try await service.ask("GET", "/v1/responses/\(name)").json() == response)
        try await service.stop()
    }

    @Test func `a failure before any text is a status, and what was said stays`() async throws {
        let provider = ScriptedProvider([.failure(ProviderError(.rejected, "too rude"))])
        let service = try await service(provider)
        for more in ["", #","stream":true"#] {
            let answer = try await service.ask(
                "POST", "/v1/responses", #"{"model":"scripted","input":"Hello"\#(more)}"#)
            #expect(answer.status == 400)
            #expect(answer["x-should-retry"] == "false")
            #expect(answer["Content-Type"] == "application/json")
            #expect(try answer.json()["error"]?["message"]?.string?.contains("too rude") == true)
        }
        let chats = try await service.chats()
        #expect(chats.count == 2)
        let failed = try #require(try await service.store.branch(of: chats[0].id, of: .local, last: nil)).1
        #expect(failed.map(\.status) == [.complete, .failed])
        let items = try await service.ask("GET", "/v1/conversations/conv_\(chats[0].id)/items").json()
        #expect((items["data"]?.elements ?? []).map { $0["role"]?.string } == ["user"])
        #expect(
            try await service.ask("GET", "/v1/conversations/conv_\(chats[0].id)/items/msg_\(failed[1].id)").status
                == 404)

        let response = try await service.ask("GET", "/v1/responses/resp_\(failed[1].id)").json()
        #expect(response["status"]?.string == "failed")
        #expect(response["output"] == .array([]))
        #expect(response["error"]?["code"]?.string == "server_error")
        #expect(response["usage"] == .null)
        try await service.stop()
    }

    @Test func `a failure in the middle is an error first, and then a failed response`() async throws {
        let service = try await service(
            ScriptedProvider([.event(.text("Half")), .failure(ProviderError(.endedEarly))]))
        let stream = try await stream(from: service)
        check(stream)
        #expect(
            stream.names == [
                "response.created", "response.in_progress", "response.output_item.added",
                "response.content_part.added", "response.output_text.delta", "error", "response.failed", nil,
            ])
        let error = stream["error"]?["error"]
        #expect(error?["type"]?.string == "api_error")
        #expect(error?["code"]?.string == "provider_stream_broken")
        #expect(error?["param"] == .null)
        let response = try #require(stream["response.failed"]?["response"])
        #expect(response["status"]?.string == "failed")
        #expect(response["error"]?["code"]?.string == "server_error")
        #expect(response["error"]?["type"]?.string == "provider_stream_broken")
        #expect(response["error"]?["message"] == error?["message"])
        #expect(response["output"]?.elements?.first?["status"]?.string == "incomplete")
        #expect(response["output"]?.elements?.first?["content"]?.elements?.first?["text"]?.string == "Half")
        let name = try #require(response["id"]?.string)
        #expect(try await service.ask("GET", "/v1/responses/\(name)").json() == response)

        let whole = try await service.ask("POST", "/v1/responses", #"{"model":"scripted","input":"Hello"}"#)
        #expect(whole.status == 502)
        #expect(whole["x-should-retry"] == "false")
        try await service.stop()
    }

    @Test func `a provider that wants fewer requests is told as such`() async throws {
        let service = try await service(
            ScriptedProvider([.event(.text("Half")), .failure(ProviderError(.rateLimited))]))
        let stream = try await stream(from: service)
        #expect(stream["response.failed"]?["response"]?["error"]?["code"]?.string == "rate_limit_exceeded")
        try await service.stop()
    }

    // MARK: - Once only

    @Test(arguments: ["", #","stream":true"#])
    func `a response with a key is made once, and given as often as it is asked for`(more: String) async throws {
        let provider = ScriptedProvider(saying: "Hel", "lo")
        let service = try await service(provider)
        let body = #"{"model":"scripted","input":"Hello"\#(more)}"#
        let key = ["Idempotency-Key": "k1"]
        let first = try await service.ask("POST", "/v1/responses", body, headers: key)
        let again = try await service.ask("POST", "/v1/responses", body, headers: key)
        #expect(again.status == 200)
        #expect(again["Content-Type"] == first["Content-Type"])
        #expect(provider.requests.count == 1)
        #expect(try await service.onlyBranch().messages.count == 2)
        if more.isEmpty {
            #expect(again.text == first.text)
        } else {
            let stream = ReceivedEvents(again.text)
            check(stream)
            #expect(deltas(stream) == "Hello")
            #expect(
                stream["response.completed"]?["response"]
                    == ReceivedEvents(first.text)["response.completed"]?["response"])
        }
        let reused = try await service.ask(
            "POST", "/v1/responses", #"{"model":"scripted","input":"Other"}"#, headers: key)
        #expect(reused.status == 409)
        #expect(reused["x-should-retry"] == "false")
        try await service.stop()
    }

    @Test func `a failure with a key is the same failure again, and nothing is said twice`() async throws {
        let provider = ScriptedProvider([.failure(ProviderError(.unauthorized))])
        let service = try await service(provider)
        let body = #"{"model":"scripted","input":"Hello"}"#
        let key = ["Idempotency-Key": "k1"]
        let first = try await service.ask("POST", "/v1/responses", body, headers: key)
        #expect(first.status == 502)
        let again = try await service.ask("POST", "/v1/responses", body, headers: key)
        #expect(again.status == 502)
        #expect(again.text == first.text)
        #expect(again["x-should-retry"] == "false")
        #expect(provider.requests.count == 1)
        try await service.stop()
    }

    @Test func `while a request with a key is carried out, the same one is told to wait`() async throws {
        let latch = Latch()
        let provider = ScriptedProvider([
            .action { await latch.wait() }, .event(.text("Hello")), .event(.finish(reason: "stop", text: nil)),
        ])
        let service = try await service(provider)
        let body = #"{"model":"scripted","input":"Hello"}"#
        let key = ["Idempotency-Key": "k1"]
        async let first = service.ask("POST", "/v1/responses", body, headers: key)
        while provider.requests.isEmpty { await Task.yield() }
        let early = try await service.ask("POST", "/v1/responses", body, headers: key)
        #expect(early.status == 409)
        #expect(early["Retry-After"] == "1")
        latch.open()
        let answer = try await first
        #expect(try await service.ask("POST", "/v1/responses", body, headers: key).text == answer.text)
        #expect(provider.requests.count == 1)
        try await service.stop()
    }
}
