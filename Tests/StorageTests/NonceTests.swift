import Conversations
import Support
import Testing

@testable import Storage

/// What lets a guest into a site: kept for all, and fetched by one at a time.
struct NonceTests {
    let one: ScratchStore
    let other: ScratchStore
    private let site = "https://blog.example"

    init() async throws {
        one = try await ScratchStore(process: "one")
        other = try await ScratchStore(process: "two", besides: one)
    }

    private var now: Timestamp { one.world.now }

    private func nonce(_ value: String = "n1", cookies: String = "", lasting: Duration = .seconds(3600)) -> Nonce {
        Nonce(value: value, source: .session, fetchedAt: now, useUntil: now.advanced(by: lasting), cookies: cookies)
    }

    private func claim(
        _ scratch: ScratchStore, refused: String? = nil, by renewer: String? = nil, for length: Duration = .seconds(20)
    ) async throws -> RenewalClaim {
        try await scratch.store.claimRenewal(
            of: site, refused: refused, by: renewer ?? scratch.process, now: now, until: now.advanced(by: length))
    }

    private func row() throws -> [String] {
        try one.rows(
            "SELECT value, source, fetched_at, use_until, cookies, renewing_by, renewing_until FROM nonces", columns: 7)
    }

    @Test func `a site that nobody knows has none`() async throws {
        #expect(try await one.store.nonce(of: site) == nil)
        #expect(try row() == [])
    }

    @Test(arguments: [Nonce.Source.session, .page, .header, .reply])
    func `one that was kept comes back as it was, in every process`(source: Nonce.Source) async throws {
        var kept = nonce("a\u{0}'%", cookies: "PHPSESSID=1; wp=\"2\"")
        kept.source = source
        try await one.store.keep(kept, of: site)
        #expect(try await other.store.nonce(of: site) == kept)
        #expect(try await other.store.nonce(of: site + "/sub") == nil)
    }

    @Test func `the next takes the place of the one before, with its cookies, and ends any renewal`() async throws {
        try await one.store.keep(nonce("n1", cookies: "a=1"), of: site)
        #expect(try await claim(other, refused: "n1") == .granted)
        let next = nonce("n2")
        try await one.store.keep(next, of: site)
        #expect(try await one.store.nonce(of: site) == next)
        #expect(try row() == ["n2|session|\(now.rawValue)|\(next.useUntil.rawValue)|-|-|-"])
    }

    @Test func `one that is out of date is still known`() async throws {
        let kept = nonce()
        try await one.store.keep(kept, of: site)
        one.world.advance(by: .seconds(7200))
        #expect(try await one.store.nonce(of: site) == kept)
    }

    // MARK: - Renewing

    @Test func `the first to ask for what nobody has fetches it, and the others wait for them`() async throws {
        #expect(try await claim(one) == .granted)
        #expect(try await claim(other) == .waiting(until: now.advanced(by: .seconds(20))))
        #expect(try await other.store.nonce(of: site) == nil)
        let fetched = nonce()
        try await one.store.keep(fetched, of: site)
        #expect(try await claim(other) == .current(fetched))
        #expect(try await claim(one) == .current(fetched))
    }

    @Test func `a usable one is not fetched again, nor one that another has renewed meanwhile`() async throws {
        let kept = nonce("n2")
        try await one.store.keep(kept, of: site)
        #expect(try await claim(other) == .current(kept))
        #expect(try await claim(other, refused: "n1") == .current(kept))
        #expect(try await claim(other, refused: "n2") == .granted)
        // What is refused stays, for those who have not tried it.
        #expect(try await one.store.nonce(of: site) == kept)
    }

    @Test func `one whose time is over is fetched anew`() async throws {
        let kept = nonce(lasting: .seconds(60))
        try await one.store.keep(kept, of: site)
        one.world.advance(by: .milliseconds(59_999))
        #expect(try await claim(one) == .current(kept))
        one.world.advance(by: .milliseconds(1))
        #expect(try await claim(one) == .granted)
    }

    @Test func `whoever holds the renewal is given it again`() async throws {
        #expect(try await claim(one) == .granted)
        one.world.advance(by: .seconds(5))
        #expect(try await claim(one) == .granted)
        #expect(try await claim(other) == .waiting(until: now.advanced(by: .seconds(20))))
    }

    @Test func `a renewal that is overdue is taken over, and its end then changes nothing`() async throws {
        #expect(try await claim(one) == .granted)
        let until = now.advanced(by: .seconds(20))
        one.world.advance(by: .milliseconds(19_999))
        #expect(try await claim(other) == .waiting(until: until))
        one.world.advance(by: .milliseconds(1))
        #expect(try await claim(other) == .granted)
        try await one.store.giveUpRenewal(of: site, by: "one")
        #expect(try await claim(one) == .waiting(until: now.advanced(by: .seconds(20))))
    }

    @Test func `a renewal that came to nothing is free at once, and leaves no empty row`() async throws {
        #expect(try await claim(one) == .granted)
        try await one.store.giveUpRenewal(of: site, by: "one")
        #expect(try row() == [])
        #expect(try await claim(other) == .granted)

        let kept = nonce()
        try await other.store.keep(kept, of: site)
        #expect(try await claim(one, refused: kept.value) == .granted)
        try await one.store.giveUpRenewal(of: site, by: "one")
        #expect(try await one.store.nonce(of: site) == kept)
        #expect(try await claim(other, refused: kept.value) == .granted)
    }

    @Test func `a renewal from before the clock was set back holds nobody up`() async throws {
        #expect(try await claim(one) == .granted)
        one.world.advance(by: .seconds(-3600))
        #expect(try await claim(other) == .granted)
    }

    @Test func `a renewal counts from when it is written, however long the way there was`() async throws {
        let asked = now
        one.world.advance(by: .seconds(25))
        let claim = try await one.store.claimRenewal(
            of: site, refused: nil, by: "one", now: asked, until: asked.advanced(by: .seconds(20)))
        #expect(claim == .granted)
        #expect(try one.number("SELECT renewing_until FROM nonces") == now.advanced(by: .seconds(20)).rawValue)
    }

    @Test func `sites do not wait for each other`() async throws {
        #expect(try await claim(one) == .granted)
        let elsewhere = try await other.store.claimRenewal(
            of: "https://other.example", refused: nil, by: "two", now: now, until: now.advanced(by: .seconds(20)))
        #expect(elsewhere == .granted)
    }

    @Test(arguments: ["", "n1"])
    func `of many who ask at once, one fetches`(refused: String) async throws {
        if !refused.isEmpty { try await one.store.keep(nonce(refused), of: site) }
        let third = try await ScratchStore(process: "three", besides: one)
        let stores = [one, other, third]
        let claims = try await withThrowingTaskGroup(of: RenewalClaim.self) { group in
            for number in 0..<50 {
                group.addTask {
                    try await claim(stores[number % 3], refused: refused.isEmpty ? nil : refused, by: "task \(number)")
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(claims.count { $0 == .granted } == 1)
        #expect(claims.count { $0 == .waiting(until: now.advanced(by: .seconds(20))) } == 49)
    }

    @Test func `a word that no version of ours has written is told as damage`() async throws {
        try await one.store.keep(nonce(), of: site)
        try one.execute("UPDATE nonces SET source = 'stars'")
        await #expect(throws: StoreError.damaged(path: one.path, detail: "a nonce has an unknown source")) {
            try await one.store.nonce(of: site)
        }
    }
}
