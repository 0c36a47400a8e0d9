import Conversations
import Support
import Testing

@testable import Storage

struct SiteFactTests {
    let scratch: ScratchStore
    private let site = "https://blog.example"

    init() async throws {
        scratch = try await ScratchStore()
    }

    private func remember(_ facts: [String: String?], of site: String? = nil) async throws {
        try await scratch.store.remember(facts, of: site ?? self.site, now: scratch.world.now)
    }

    @Test func `nothing is known of a site at first`() async throws {
        #expect(try await scratch.store.facts(of: site) == [:])
    }

    @Test func `facts are remembered beside those known, replaced by their name, and forgotten`() async throws {
        try await remember(["history": "messages", "empty": "", "odd": "a\u{0}'b\n漢字"])
        try await remember(["history": "prompt", "nonce": "none", "never known": nil])
        #expect(
            try await scratch.store.facts(of: site)
                == ["history": "prompt", "nonce": "none", "empty": "", "odd": "a\u{0}'b\n漢字"])
        try await remember(["nonce": nil, "odd": nil, "empty": nil])
        #expect(try await scratch.store.facts(of: site) == ["history": "prompt"])
        try await remember([:])
        #expect(try await scratch.store.facts(of: site) == ["history": "prompt"])
    }

    @Test func `sites are told apart`() async throws {
        try await remember(["history": "messages"])
        try await remember(["history": "prompt"], of: "https://other.example")
        #expect(try await scratch.store.facts(of: site) == ["history": "messages"])
        #expect(try await scratch.store.facts(of: "https://other.example") == ["history": "prompt"])
    }

    @Test func `it is known when a fact was learned last`() async throws {
        try await remember(["a": "1", "b": "1"])
        let first = scratch.world.now
        scratch.world.advance(by: .seconds(60))
        try await remember(["b": "1"])
        #expect(
            try scratch.rows("SELECT name, learned_at FROM site_facts ORDER BY name", columns: 2)
                == ["a|\(first.rawValue)", "b|\(scratch.world.now.rawValue)"])
    }

    @Test func `other processes know them too, and after a restart`() async throws {
        try await remember(["history": "messages"])
        let other = try await ScratchStore(process: "two", besides: scratch)
        #expect(try await other.store.facts(of: site) == ["history": "messages"])
        await other.store.close()
        await scratch.store.close()
        #expect(try await scratch.store.facts(of: site) == ["history": "messages"])
    }
}
