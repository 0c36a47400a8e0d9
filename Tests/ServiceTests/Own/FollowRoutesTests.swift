import Conversations
import JSON
import Storage
import Support
import Testing

@testable import Service

@Suite struct FollowRoutesTests {
    @Test func `a reply that is being written is followed by any number, each from where it is`() async throws {
        let latches = (Latch(), Latch())
        let service = try await RunningService(
            saying: ScriptedProvider([
                .event(.text("Hel")), latches.0.step, .event(.text("lo ")), latches.1.step, .event(.text("you")),
                .event(.finish(reason: "stop", text: nil)),
            ]))
        try await service.chat("c", saying: "Hi")
        let first = try await service.follow("/api/chats/c/retry", #"{"stream":true}"#)
        #expect(try await first.nextText() == "Hel")
        let second = try await service.follow("/api/chats/c/events")
        let begun = try #require(try await second.next())
        #expect(begun.name == "reply")
        #expect(begun.data["message"]?.string == "c-2")
        #expect(begun.data["status"]?.string == "streaming")
        #expect(try await second.nextText() == "Hel")
        let third = try await service.follow("/api/chats/c/events?after=2&reply=2")
        #expect(try await third.nextText() == "l")
        // This one is ahead of what there is.
        let fourth = try await service.follow("/api/chats/c/events?after=6")
        latches.0.open()
        for events in [first, second, third] { #expect(try await events.nextText() == "lo ") }
        latches.1.open()
        for events in [first, second, third, fourth] { #expect(try await events.nextText() == "you") }
        for events in [second, third, fourth] {
            let end = try #require(try await events.rest().last)
            #expect(end.name == "end")
            #expect(end.data["content"]?.string == "Hello you")
            #expect(end.data["status"]?.string == "complete")
        }
        try await service.stop()
    }

    @Test func `the reply of a client that has left goes on, and a client that comes back has all of it`() async throws
    {
        let latch = Latch()
        let service = try await RunningService(
            saying: ScriptedProvider([
                .event(.text("Hel")), latch.step, .event(.text("lo")), .event(.finish(reason: "stop", text: nil)),
            ]))
        try await service.chat("c", saying: "Hi")
        try await {
            let leaving = try await service.follow("/api/chats/c/retry", #"{"stream":true}"#)
            #expect(try await leaving.nextText() == "Hel")
        }()
        let back = try await service.follow("/api/chats/c/events?after=3")
        #expect(try await back.next()?.data["status"]?.string == "streaming")
        latch.open()
        let rest = try await back.rest()
        #expect(rest.first?.data["text"]?.string == "lo")
        #expect(rest.last?.data["content"]?.string == "Hello")
        try await service.stop()
    }

    @Test(arguments: [(0, "Grüß", 0), (2, "üß", 2), (3, "üß", 2), (4, "ß", 4), (6, nil, 6), (60, nil, 60)])
    func `of a reply that has ended there is the rest, and no part of a character`(
        after: Int, text: String?, offset: Int
    ) async throws {
        let service = try await RunningService(saying: ScriptedProvider(saying: "Hello"))
        try await service.chat("c", saying: "Hi", "Grüß")
        let answer = try await service.ask("GET", "/api/chats/c/events?after=\(after)")
        let events = try ServerSentEvent.events(in: answer.text).map { try JSON.JSONValue(Array($0.data.utf8)) }
        #expect(events.count == (text == nil ? 2 : 3))
        #expect(events[0]["status"]?.string == "complete")
        if let text {
            #expect(events[1]["text"]?.string == text)
            #expect(events[1]["offset"]?.integer == offset)
        }
        #expect(events.last?["content"]?.string == "Grüß")
        try await service.stop()
    }

    @Test(arguments: ["", "?reply=1", "?reply=7"])
    func `where there is no reply there is none to follow`(query: String) async throws {
        let service = try await RunningService(saying: ScriptedProvider(saying: "Hello"))
        try await service.chat("c", saying: "Hi")
        let answer = try await service.ask("GET", "/api/chats/c/events\(query)")
        #expect(answer.status == 404)
        #expect(try answer.error("code") == "reply_not_found")
        try await service.stop()
    }

    @Test func `a reply that another program takes in is followed by looking at the store`() async throws {
        // Lengths of time are real, so that what is looked for is looked for again; the clock that leases go by stands still.
        var surroundings = ScriptedWorld().surroundings()
        let start = ContinuousClock.now
        surroundings.uptime = { ContinuousClock.now - start }
        surroundings.sleep = { try await Task.sleep(for: $0) }
        let service = try await RunningService(
            [ScriptedProvider(saying: "Hello")], surroundings: surroundings, admission: NamedOwners())
        let chat = try await service.chat("c", saying: "Hi")
        surroundings.process = "other-1"
        let elsewhere = try await SQLiteConversationStore.open(
            path: service.folder.file("parley.db"), surroundings: surroundings)
        let manager = SessionManager(
            store: elsewhere, health: elsewhere, memory: elsewhere, builder: HistoryBuilder(),
            surroundings: surroundings)
        let latch = Latch()
        let provider = ScriptedProvider([
            .event(.text("Hel")), latch.step, .event(.text("lo")), .event(.finish(reason: "stop", text: nil)),
        ])
        let exchange = Task {
            try await manager.exchange(ExchangeRequest(target: .chat(chat.id), turn: .retry), with: [provider]) { _ in }
        }
        while try await service.store.chat(chat.id, of: .local)?.head != 2 { await Task.yield() }
        let events = try await service.follow("/api/chats/c/events")
        #expect(try await events.nextText() == "Hel")
        latch.open()
        let rest = try await events.rest()
        #expect(rest.filter { $0.name == "text" }.compactMap { $0.data["text"]?.string } == ["lo"])
        #expect(rest.last?.data["status"]?.string == "complete")
        #expect(try await exchange.value.isComplete)
        await elsewhere.close()
        try await service.stop()
    }
}
