import Conversations
import SQLite
import Support
import Testing

@testable import Storage

/// What is told of providers is on pages that are damaged: what is said is kept all the same.
struct DamagedHealthTests {
    let scratch: ScratchStore
    var store: SQLiteConversationStore { scratch.store }

    init() async throws {
        scratch = try await ScratchStore()
    }

    private static let places = [
        "provider_hours", "provider_conditions", "provider_incidents", "provider_incidents_open",
        "provider_incidents_by_end", "incident_causes",
    ]

    /// Makes nonsense of the pages of a table or an index, all of which is on one.
    private func damage(_ name: String) async throws {
        await store.close()
        let root = Int(try scratch.number("SELECT rootpage FROM sqlite_schema WHERE name = '\(name)'"))
        let size = Int(try scratch.number("PRAGMA page_size"))
        try #require(root > 1)
        var bytes = try Files.read(scratch.path)
        for index in (root - 1) * size..<root * size { bytes[index] = 0xAA }
        try Files.write(bytes, to: scratch.path)
        #expect(throws: SQLiteError.self) { try scratch.number(Self.reading(name)) }
    }

    private static func reading(_ place: String) -> String {
        guard place.hasPrefix("provider_incidents_") else { return "SELECT count(*) FROM \(place) NOT INDEXED" }
        return "SELECT key FROM provider_incidents INDEXED BY \(place) WHERE provider = 'blog' AND ended_at IS NULL"
    }

    private func outcomes() throws -> [String] {
        try scratch.rows("SELECT outcome || ' ' || fault FROM provider_attempts ORDER BY id")
    }

    @Test(arguments: places, [AttemptEnding.ok, .broken, .unreachable])
    func `a damaged page of what attempts come to costs no reply`(place: String, end: AttemptEnding) async throws {
        try await scratch.ask("blog")
        for _ in 0..<3 { try await scratch.ask("blog", .broken) }
        let open = try await store.begin(scratch.exchange(in: .new(scratch.newChat()), provider: "blog"))
        try await damage(place)

        var ending = scratch.ending(open, "Kept.")
        ending.attempt.host = "blog.example"
        ending.attempt.result.outcome = end.outcome
        ending.attempt.result.fault = end.fault
        let chat = try await store.finish(scratch.right(to: open), with: ending)
        let kept = try await store.branch(of: chat.id, of: .local, endingAt: nil, last: nil)?.1.last
        #expect(kept?.content == "Kept." && kept?.status == .complete)
        #expect(try outcomes().last == "\(end.outcome.rawValue) \(end.fault.rawValue)")
        // The index of words had nothing to do with it.
        #expect(try scratch.number("SELECT count(*) FROM pending_work WHERE task = 'index'") == 0)
        // And so it goes on, also in a file that is opened anew.
        for _ in 0..<2 {
            try await scratch.ask("blog", end, in: nil, on: "blog.example")
            try await scratch.probe("blog", end, on: "blog.example")
            await store.close()
        }
        #expect(try outcomes().count == 9 && !outcomes().contains { $0.hasPrefix("pending") })
    }

    @Test func `a try that another follows is closed without them, and one that its process has left`() async throws {
        let dead = try await ScratchStore(process: "dead", besides: scratch)
        _ = try await dead.store.begin(dead.exchange(in: .new(dead.newChat()), provider: "blog"))
        await dead.store.close()
        try await damage("provider_hours")
        scratch.world.advance(by: .seconds(3600))
        let open = try await store.begin(scratch.exchange(in: .new(scratch.newChat()), provider: "blog"))
        #expect(try outcomes() == ["aborted local", "pending none"])
        var first = open.attempt
        (first.result.outcome, first.result.fault) = (.torn, .provider)
        let next = ProviderAttempt(
            id: scratch.world.surroundings().newAttemptID(), provider: "local", model: nil, kind: .chat, number: 2,
            startedAt: scratch.world.now)
        try await store.goOn(with: scratch.right(to: open), closing: first, opening: next)
        #expect(try outcomes() == ["aborted local", "torn provider", "pending none"])
    }
}
