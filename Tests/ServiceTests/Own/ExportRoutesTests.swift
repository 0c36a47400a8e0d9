import Conversations
import JSON
import Storage
import Support
import Testing
import Transcripts

@testable import Service

@Suite struct ExportRoutesTests {
    @Test(arguments: [
        ("json", "application/json", "chats.json"), ("jsonl", "application/jsonl", "chats.jsonl"),
        ("markdown", "text/markdown; charset=utf-8", "chats.md"), ("html", "text/html; charset=utf-8", "chats.html"),
        ("text", "text/plain; charset=utf-8", "chats.txt"),
    ])
    func `chats leave in every form as they leave the command line`(
        form: String, type: String, file: String
    ) async throws {
        let world = ScriptedWorld()
        let service = try await RunningService(saying: ScriptedProvider(saying: "Hello"), world: world)
        for number in 1...3 { try await service.chat("c\(number)", saying: "Hi 👋 <b>", "**Hello**\n\n```\nx\n```") }
        let answer = try await service.ask("GET", "/api/export?format=\(form)")
        let empty = try #require(TranscriptFormat(name: form)).encoder(exportedAt: world.now)
        var encoder: any TranscriptEncoder = try await service.store.read(
            .all(ChatConditions(), archived: nil), of: .local, into: empty)
        encoder.finish()
        #expect(answer.bytes == encoder.take())
        #expect(answer["Content-Type"] == type)
        #expect(answer["Content-Disposition"] == "attachment; filename=\"\(file)\"")
        try await service.stop()
    }

    @Test func `one chat, a choice of them, and none`() async throws {
        let world = ScriptedWorld(now: 0)
        let service = try await RunningService(saying: ScriptedProvider(saying: "Hello"), world: world)
        for number in 1...3 {
            world.advance(by: .seconds(86400))
            try await service.chat("c\(number)", saying: "Hi", at: world.now.rawValue)
        }
        func ids(_ path: String) async throws -> [String?] {
            try await service.ask("GET", path).json()["chats"]?.elements?.map { $0["id"]?.string } ?? []
        }
        #expect(try await ids("/api/chats/c2/export") == ["c2"])
        #expect(try await ids("/api/export?since=1970-01-03") == ["c2", "c3"])
        #expect(try await ids("/api/export?tag=nothing") == [])
        #expect(try await service.ask("GET", "/api/export?format=pdf").error("param") == "format")
        try await service.stop()
    }

    @Test func `a key that was said is redacted where that is asked for`() async throws {
        let service = try await RunningService(saying: ScriptedProvider(saying: "Hello"))
        let key = "sk-" + String(repeating: "a1B2", count: 10)
        try await service.chat("c", saying: "my key is \(key)")
        #expect(try await service.ask("GET", "/api/chats/c/export").text.contains(key))
        #expect(try await !service.ask("GET", "/api/chats/c/export?redact=true").text.contains(key))
        try await service.stop()
    }

    @Test func `clients that take nothing hold up nobody, and are cut off`() async throws {
        var limits = ServiceLimits()
        limits.stallLimit = .milliseconds(50)
        let service = try await RunningService(
            [ScriptedProvider(saying: "Hello")], limits: limits, surroundings: ScriptedWorld().surroundings())
        // More than all sockets and all that waits for them take.
        let text = String(repeating: "All work and no play. ", count: 40_000)
        for number in 0..<24 { try await service.chat("c\(number)", saying: text) }
        let sockets = try (0..<6).map { _ in
            let socket = try Socket(connectingTo: UInt16(service.port))
            try socket.send("GET /api/export HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
            return socket
        }
        // While they stand still there is nobody else to read whole chats, but all else is answered.
        #expect(try await service.ask("GET", "/api/chats?limit=1").status == 200)
        // In the end those who stand still are gone, and there is room.
        #expect(try await service.ask("GET", "/api/chats/c1/export?format=text").text.contains("no play"))
        withExtendedLifetime(sockets) {}
        try await service.stop()
    }
}
