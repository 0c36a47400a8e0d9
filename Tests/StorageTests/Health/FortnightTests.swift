import Conversations
import Support
import Testing

@testable import Storage

/// Two weeks, driven through the store, and told as a plain reckoning beside it has them.
struct FortnightTests {
    private static let hour = Fortnight.hour
    private static let day = Fortnight.day

    /// Everything that is told at this moment over so long a time.
    private func check(_ fortnight: Fortnight, length: Int64) async throws {
        let now = fortnight.now
        let query = HealthQuery(
            providers: Fortnight.providers, since: Timestamp(rawValue: now - length), now: Timestamp(rawValue: now))
        let report = try await fortnight.scratch.store.health(query)
        #expect(report.since == query.since && report.networkDownSince == nil)
        let time = (now - length)..<(now / Self.hour + 1) * Self.hour
        for summary in report.providers {
            let truth = try #require(fortnight.told[summary.provider])
            let comment: Comment = "\(summary.provider), \(length) ms until \(query.now.rfc3339)"
            #expect(summary.counts == truth.counts(in: time), comment)
            #expect(summary.counts.success == success(truth.counts(in: time)), comment)
            #expect(summary.state == truth.state(at: now), comment)
            #expect(summary.lastOKAt?.rawValue == truth.lastOK, comment)
            #expect(summary.lastError?.text == truth.lastError.map { "At \($0.start)" }, comment)
            #expect(summary.lastError?.httpStatus == truth.lastError?.status, comment)
            #expect(summary.lastError?.at.rawValue == truth.lastError?.end, comment)
            check(summary.firstText, against: truth.lengths(\.firstText, in: time), comment)
            check(summary.duration, against: truth.lengths(\.duration, in: time), comment)
            let availability = truth.availability(since: now - length, now: now)
            #expect((summary.availability == nil) == (availability == nil), comment)
            #expect(abs((summary.availability ?? 0) - (availability ?? 0)) < 1e-9, comment)
            let starts = summary.slots.map(\.start.rawValue)
            #expect(starts[0] == now - length && starts.dropFirst().allSatisfy { $0 % 60_000 == 0 }, comment)
            for (slot, end) in zip(summary.slots, starts.dropFirst() + [time.upperBound]) {
                #expect(slot.counts == truth.counts(in: slot.start.rawValue..<end), comment)
            }
        }
    }

    private func success(_ counts: AttemptCounts) -> Double? {
        counts.ok + counts.faults == 0 ? nil : Double(counts.ok) / Double(counts.ok + counts.faults)
    }

    private func check(_ percentiles: Percentiles?, against lengths: [Int64], _ comment: Comment) {
        #expect(percentiles?.count ?? 0 == lengths.count, comment)
        guard let percentiles, !lengths.isEmpty else { return }
        #expect(percentiles.isExact, comment)
        let told = [percentiles.p50, percentiles.p75, percentiles.p90, percentiles.p95, percentiles.p99]
        #expect(told == [50, 75, 90, 95, 99].map { lengths[($0 * lengths.count + 99) / 100 - 1] }, comment)
    }

    private func checkIncidents(_ fortnight: Fortnight) async throws {
        var query = IncidentQuery(since: Timestamp(rawValue: Fortnight.start), limit: 1000)
        for provider in Fortnight.providers {
            query.providers = [provider]
            let found = try await fortnight.scratch.store.incidents(matching: query).reversed()
            let truth = try #require(fortnight.told[provider]).incidents.sorted { $0.start < $1.start }
            #expect(found.map(\.startedAt.rawValue) == truth.map(\.start), "\(provider)")
            #expect(found.map(\.endedAt?.rawValue) == truth.map(\.end), "\(provider)")
            #expect(found.map(\.cause) == truth.map(\.cause), "\(provider)")
            #expect(found.map(\.httpStatus) == truth.map(\.status), "\(provider)")
            #expect(found.map(\.attempts) == truth.map(\.faults.count), "\(provider)")
            #expect(found.map(\.chats) == truth.map(\.chats), "\(provider)")
        }
        query.providers = []
        let network = try await fortnight.scratch.store.incidents(matching: query).filter { $0.provider == nil }
        let truth = try #require(fortnight.networkIncident)
        #expect(network.map(\.startedAt.rawValue) == [truth.start] && network.map(\.endedAt?.rawValue) == [truth.end])
        #expect(network.map(\.cause) == [.unreachable] && network.map(\.attempts) == [truth.attempts])
    }

    @Test func `a fortnight is told as it was`() async throws {
        var fortnight = Fortnight(scratch: try await ScratchStore())
        var states: [String: Set<ProviderState>] = [:]
        // Every four hours, and whenever else something has just happened: within the outage, after each setting of the clock.
        let settings: [Int64] = [8 * Self.day, 8 * Self.day + 20 * Self.hour, 10 * Self.day, 12 * Self.day]
        let moments = (1...84).map { $0 * 4 * Self.hour } + settings.map { $0 + 1 } + [3 * Self.day + 9 * Self.hour + 7]
        for moment in moments.sorted() {
            try await fortnight.run(until: moment)
            for length in [Self.hour * 3 / 2, Self.day] { try await check(fortnight, length: length) }
            for (provider, told) in fortnight.told {
                states[provider, default: []].insert(told.state(at: fortnight.now))
            }
        }
        for length in [1, Self.hour, 7 * Self.day, 14 * Self.day, 30 * Self.day] {
            try await check(fortnight, length: length)
        }
        try await checkIncidents(fortnight)
        try await expectStory(fortnight, states)
        #expect(try await fortnight.scratch.store.check().isEmpty)
    }

    /// That the truth is the story that was meant to be told.
    private func expectStory(_ fortnight: Fortnight, _ states: [String: Set<ProviderState>]) async throws {
        let told = fortnight.told
        #expect(told.values.reduce(0) { $0 + $1.attempts.count } > 2000)
        #expect(states["flapping"]?.isSuperset(of: [.down, .healthy, .degraded, .recovering]) == true)
        let outage = try #require(told["site"]?.incidents.first { $0.faults.count > 5 })
        let from = Fortnight.start + 3 * Self.day + 6 * Self.hour
        #expect(
            abs(outage.start - from) < Self.hour * 2 && abs((outage.end ?? 0) - from - 6 * Self.hour) < 2 * Self.hour)
        #expect(told["flapping"]!.incidents.count >= 8)
        let refusals = try #require(told["endpoint"]?.incidents.filter { $0.cause == .auth })
        #expect(refusals.count == 1 && refusals[0].status == 401 && refusals[0].faults.count > 5)
        let locked = Fortnight.start + Fortnight.locked.lowerBound
        #expect(abs(refusals[0].start - locked) < Self.hour && refusals[0].end != nil)
        #expect(told["site"]!.incidents.contains { $0.status == 503 })
        // Five times as slow in the last days as in the first.
        let lengths = { (from: Int64) in
            told["endpoint"]!.lengths(
                \.firstText, in: Fortnight.start + from * Self.day..<Fortnight.start + (from + 2) * Self.day)
        }
        #expect(lengths(12)[lengths(12).count / 2] > 4 * lengths(0)[lengths(0).count / 2])
    }

    @Test func `a day that Europe has 25 hours of has 24, as any other`() async throws {
        var fortnight = Fortnight(scratch: try await ScratchStore())
        try await fortnight.run(until: 7 * Self.day)
        let midnight: Int64 = 1_792_972_800_000  // 2026-10-26T00:00:00Z
        let query = HealthQuery(
            providers: ["site"], since: Timestamp(rawValue: midnight - Self.day), now: Timestamp(rawValue: midnight - 1)
        )
        let slots = try await fortnight.scratch.store.health(query).providers[0].slots
        #expect(slots.map(\.start.rawValue) == (0..<24).map { midnight - Self.day + $0 * Self.hour })
        #expect(slots.reduce(0) { $0 + $1.counts.all } > 0)
    }
}
