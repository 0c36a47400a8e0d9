import Conversations
import HTTPTypes
import JSON
import Logging
import ServiceLifecycle
import Storage
import Support
import Testing

@testable import Service

/// The end of a service, as those see it who are in the middle of something.
@Outside
struct LifeTests {
    /// A service that is asked to end while this provider is answering in a chat.
    private struct Ending {
        let world = ScriptedWorld()
        let folder: TemporaryFolder
        let store: SQLiteConversationStore
        let parts: ServiceParts
        let port: UInt16
        let running: Task<Void, any Error>
        let chat: ChatID

        /// - Parameter steps: What the provider does once it is asked; then its client has asked for all that comes.
        init(_ steps: [ScriptedProvider.Step], asked: AsyncStream<Void>) async throws {
            let surroundings = world.surroundings()
            folder = try TemporaryFolder()
            store = try await SQLiteConversationStore.open(path: folder.file("parley.db"), surroundings: surroundings)
            let provider = ScriptedProvider(steps)
            let parts = ServiceParts(
                store: store, providers: FixedProviders([provider]), history: HistoryBuilder(),
                surroundings: surroundings, limits: ServiceLimits(), version: "1.2.3")
            self.parts = parts
            let silence = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            let (ports, port) = AsyncStream.makeStream(of: Int.self)
            let server = ServiceServer(
                host: "127.0.0.1", port: 0, parts: parts, admission: OpenAdmission(),
                routes: LifeRoutes(parts: parts).routes, observer: NoObserver(), logger: silence,
                onRunning: { port.yield($0) })
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(
                    services: [ServiceLife(server: server, parts: parts, logger: silence)], logger: silence))
            running = Task { try await group.run() }
            var found = ports.makeAsyncIterator()
            self.port = UInt16(await found.next()!)
            let pipe = try parts.replies.begin(
                ExchangeRequest(
                    target: .newChat(title: nil, system: nil), owner: .local, turn: .say("Good morning")),
                with: provider, leaving: .goesOn)
            guard case .began(let open, _) = try await pipe.next() else { throw Standstill() }
            chat = open.chat.id
            pipe.leave()
            var provided = asked.makeAsyncIterator()
            await provided.next()
            await group.triggerGracefulShutdown()
            while !parts.replies.isClosing { await Task.yield() }
        }

        struct Standstill: Error {}

        func reply() async throws -> Message {
            try #require(try await store.branch(of: chat, of: .local, last: 1)?.1.last)
        }
    }

    @Test func `a reply that is being written when the service is to end has time to`() async throws {
        let (asked, ask) = AsyncStream.makeStream(of: Void.self)
        let (allowed, allow) = AsyncStream.makeStream(of: Void.self)
        let ending = try await Ending(
            [
                .event(.text("Good ")), .action { ask.yield() },
                .action {
                    var allowances = allowed.makeAsyncIterator()
                    await allowances.next()
                }, .event(.text("evening")), .event(.finish(reason: "stop", text: nil)),
            ], asked: asked)
        #expect(throws: (any Error).self) {
            // Nobody listens any more; or somebody did for a moment, who says that they are about to end.
            let socket = try Socket(connectingTo: ending.port)
            try socket.send(Array("GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8))
            guard try !socket.receive().isEmpty else { throw Ending.Standstill() }
        }
        #expect(throws: ServiceError.shuttingDown) {
            try ending.parts.replies.begin(
                ExchangeRequest(target: .newChat(title: nil, system: nil), owner: .local, turn: .say("More")),
                with: ScriptedProvider(saying: "No"), leaving: .goesOn)
        }
        allow.yield()
        try await ending.running.value
        let reply = try await ending.reply()
        #expect(reply.status == .complete)
        #expect(reply.content == "Good evening")
        await ending.store.close()
    }

    @Test func `one that takes longer is stopped, and what had come is kept`() async throws {
        let (asked, ask) = AsyncStream.makeStream(of: Void.self)
        let ending = try await Ending(
            [.event(.text("Good ")), .action { ask.yield() }, .waitForCancellation], asked: asked)
        let limit = ServiceLimits().shutdownLimit
        #expect(ending.parts.replies.count == 1)
        while ending.parts.replies.count == 1 {
            ending.world.advance(by: limit)
            await Task.yield()
        }
        try await ending.running.value
        let reply = try await ending.reply()
        #expect(reply.status == .interrupted)
        #expect(reply.content == "Good ")
        await ending.store.close()
    }

    @Test func `who asks is told that it is ready, and at its end that it is not`() async throws {
        let service = try await RunningService(
            [ScriptedProvider(saying: "Hello")], surroundings: ScriptedWorld().surroundings(),
            routes: { parts in
                LifeRoutes(parts: parts).routes + [
                    Route(.post, "/close") { _ in
                        parts.replies.close()
                        return .json([])
                    }
                ]
            })
        #expect(try await service.ask("GET", "/healthz").json()["status"]?.string == "ok")
        #expect(try await service.ask("GET", "/readyz").json()["status"]?.string == "ready")
        _ = try await service.ask("POST", "/close")
        let answer = try await service.ask("GET", "/readyz")
        #expect(answer.status == 503)
        #expect(answer.code == "shutting_down")
        #expect(answer["Retry-After"] != nil)
        #expect(try await service.ask("GET", "/healthz").status == 200)
        try await service.stop()
    }

    @Test func `two cannot listen in one place`() async throws {
        let service = try await RunningService(
            [ScriptedProvider(saying: "Hello")], surroundings: ScriptedWorld().surroundings())
        let silence = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let parts = ServiceParts(
            store: service.store, providers: FixedProviders([]), history: HistoryBuilder(),
            surroundings: ScriptedWorld().surroundings(), limits: ServiceLimits(), version: "1.2.3")
        let second = ServiceServer(
            host: "127.0.0.1", port: service.port, parts: parts, admission: OpenAdmission(), routes: [],
            observer: NoObserver(), logger: silence, onRunning: { _ in })
        let error = await #expect(throws: ListeningError.self) { try await second.run() }
        #expect(error?.cause == .inUse)
        #expect(error?.place == "127.0.0.1:\(service.port)")
        try await service.stop()
    }
}
