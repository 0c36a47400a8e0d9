import Conversations
import SQLite
import Support
import Testing

@testable import Storage

/// What is told of providers over a time, against counting and sorting everything.
struct HealthReadingTests {
    static let minute: Int64 = 60_000
    static let hour: Int64 = 3_600_000
    static let day: Int64 = 24 * hour
    /// 2026-10-25T12:00:00Z.
    static let noon: Int64 = 1_792_929_600_000

    /// How long windows are, and where they end.
    static let lengths = [
        1, minute, 15 * minute, 90 * minute, 15 * hour, 24 * hour, 25 * hour, 7 * day, 28 * day, 30 * day, 30 * day + 1,
        31 * day,
        90 * day, 4000 * day,
    ]
    static let ends = [noon, noon + 1, noon + 29 * minute + 59_999, noon + hour - 1]

    let scratch: ScratchStore

    init() async throws {
        scratch = try await ScratchStore()
    }

    /// Three months of attempts, most of them in the last days, some at full hours, and some after now.
    private func fill(seed: UInt64) throws -> ToldAttempts {
        var generator = SeededGenerator(seed: seed)
        var told = ToldAttempts()
        let end = Self.noon + 59 * Self.minute
        let providers = ["blog", "eliza"]
        told.add(2000, of: providers, from: end - 100 * Self.day, to: end, using: &generator)
        told.add(2000, of: providers, from: end - 2 * Self.day, to: end, using: &generator)
        told.add(500, of: providers, from: end - 2 * Self.hour, to: end, using: &generator)
        // Written down before a clock was set back.
        told.add(20, of: providers, from: end + Self.minute, to: end + 3 * Self.day, using: &generator)
        told.add(20, of: providers, from: Self.noon, to: Self.noon, using: &generator)
        told.add(20, of: providers, from: Self.noon - Self.day, to: Self.noon - Self.day, using: &generator)
        try told.write(to: scratch.connection())
        return told
    }

    private func query(length: Int64, end: Int64) -> HealthQuery {
        HealthQuery(
            providers: ["blog", "eliza", "never"], since: Timestamp(rawValue: end - length),
            now: Timestamp(rawValue: end))
    }

    /// A window runs to the end of the hour that goes on.
    private static func time(_ report: HealthReport) -> Range<Int64> {
        report.since.rawValue..<(report.now.rawValue / hour + 1) * hour
    }

    private func check(
        _ percentiles: Percentiles?, of lengths: [Int64], isExact: Bool, _ comment: Comment
    ) {
        guard let percentiles else { return #expect(lengths.isEmpty, comment) }
        #expect(percentiles.count == lengths.count && percentiles.isExact == isExact, comment)
        guard !lengths.isEmpty else { return }
        for (percent, value) in [
            (50, percentiles.p50), (75, percentiles.p75), (90, percentiles.p90), (95, percentiles.p95),
            (99, percentiles.p99),
        ] {
            let truth = lengths[(percent * lengths.count + 99) / 100 - 1]
            #expect(isExact ? value == truth : abs(value - truth) * 32 <= truth, "\(comment): p\(percent)")
        }
    }

    private func check(_ report: HealthReport, against told: ToldAttempts, isExact: Bool, _ comment: Comment) {
        let time = Self.time(report)
        for summary in report.providers {
            #expect(summary.counts == told.counts(of: summary.provider, in: time), comment)
            let starts = summary.slots.map(\.start.rawValue)
            #expect(starts.first == report.since.rawValue && starts.count <= 31, comment)
            for (slot, end) in zip(summary.slots, starts.dropFirst() + [time.upperBound]) {
                let truth = told.counts(of: summary.provider, in: slot.start.rawValue..<end)
                #expect(slot.counts == truth, "\(comment), slot at \(slot.start.rfc3339)")
            }
            let firstTexts = told.lengths(\.firstText, of: summary.provider, in: time)
            check(summary.firstText, of: firstTexts, isExact: isExact, comment)
            let durations = told.lengths(\.duration, of: summary.provider, in: time)
            check(summary.duration, of: durations, isExact: isExact, comment)
        }
    }

    @Test(arguments: lengths)
    func `a window's counts, slots and percentiles are those of its attempts`(length: Int64) async throws {
        let told = try fill(seed: UInt64(length))
        for end in Self.ends {
            let report = try await scratch.store.health(query(length: length, end: end))
            let isExact = length <= 30 * Self.day
            let since = end - length
            #expect(report.since.rawValue == (isExact ? since : since - since % Self.hour))
            #expect(report.providers.map(\.provider) == ["blog", "eliza", "never"])
            #expect(report.providers[0].counts.all > 0 || length < Self.hour)
            #expect(report.providers[2].counts.all == 0)
            check(report, against: told, isExact: isExact, "\(length) ms until \(report.now.rfc3339)")
        }
    }

    @Test(arguments: [90 * minute, 24 * hour, 7 * day, 30 * day])
    func `where rows are gone the window is told by hours, from the full one`(length: Int64) async throws {
        let told = try fill(seed: 7)
        let end = Self.noon + 7 * Self.minute
        let since = end - length
        for gone in [since + 1, since + length / 2, end] {
            try scratch.execute(
                """
                DELETE FROM provider_attempts WHERE started_at < \(gone);
                INSERT OR REPLACE INTO attempt_pruning (only, done_at, begun_before) VALUES (1, 0, \(gone))
                """)
            let report = try await scratch.store.health(query(length: length, end: end))
            #expect(report.since.rawValue == since - since % Self.hour)
            check(report, against: told, isExact: false, "gone before \(gone)")
        }
    }

    @Test func `rows that were done away with before the window take nothing from it`() async throws {
        let told = try fill(seed: 8)
        let since = Self.noon - Self.day + 1
        try scratch.execute(
            """
            DELETE FROM provider_attempts WHERE started_at < \(since);
            INSERT INTO attempt_pruning (only, done_at, begun_before) VALUES (1, 0, \(since))
            """)
        let report = try await scratch.store.health(query(length: Self.day - 1, end: Self.noon))
        check(report, against: told, isExact: true, "a day")
    }

    @Test(arguments: [90 * minute, 7 * day])
    func `an older file whose hours are not reckoned up yet is told by its rows`(length: Int64) async throws {
        let told = try fill(seed: 9)
        try scratch.execute(
            "DELETE FROM provider_hours; INSERT INTO pending_work (task, position) VALUES ('reckon', 0)")
        let report = try await scratch.store.health(query(length: length, end: Self.ends[2]))
        #expect(report.providers[0].counts.all > 0)
        check(report, against: told, isExact: true, "from rows")
    }

    @Test(arguments: [90 * minute, 24 * hour, 30 * day, 31 * day])
    func `a provider's distribution has the same percentiles, and every length in its range`(
        length: Int64
    ) async throws {
        let told = try fill(seed: UInt64(length))
        for end in Self.ends {
            let query = query(length: length, end: end)
            let summary = try await scratch.store.health(query).providers[0]
            let report = try await scratch.store.latency(of: "blog", since: query.since, now: query.now)
            #expect(report.firstText?.percentiles == summary.firstText)
            #expect(report.duration?.percentiles == summary.duration)
            let time = report.since.rawValue..<(end / Self.hour + 1) * Self.hour
            var firstTexts = LatencyHistogram()
            for length in told.lengths(\.firstText, of: "blog", in: time) { firstTexts.add(length) }
            #expect(report.firstText?.histogram == firstTexts && firstTexts.total > 0)
            var durations = LatencyHistogram()
            for length in told.lengths(\.duration, of: "blog", in: time) { durations.add(length) }
            #expect(report.duration?.histogram == durations)
        }
    }

    @Test func `where nothing was tried nothing is told`() async throws {
        let report = try await scratch.store.health(query(length: Self.day, end: Self.noon))
        #expect(report.networkDownSince == nil)
        for summary in report.providers {
            #expect(summary.state == .unknown && summary.stateSince == nil && summary.retryAt == nil)
            #expect(summary.availability == nil && summary.counts == AttemptCounts())
            #expect(summary.firstText == nil && summary.duration == nil)
            #expect(summary.lastOKAt == nil && summary.lastError == nil && summary.slots.count == 25)
        }
        let latency = try await scratch.store.latency(of: "blog", since: report.since, now: report.now)
        #expect(latency.firstText == nil && latency.duration == nil)
    }

    @Test func `others that were asked in the window come after those that are named`() async throws {
        var told = ToldAttempts()
        var generator = SeededGenerator(seed: 3)
        told.add(
            40, of: ["été", "b", "a", "blog"], from: Self.noon - Self.hour, to: Self.noon, using: &generator)
        told.add(20, of: ["gone"], from: Self.noon - 2 * Self.day, to: Self.noon - Self.day, using: &generator)
        try told.write(to: scratch.connection())
        var query = HealthQuery(
            providers: ["eliza", "blog"], includesOthers: true, since: Timestamp(rawValue: Self.noon - Self.hour),
            now: Timestamp(rawValue: Self.noon))
        #expect(
            try await scratch.store.health(query).providers.map(\.provider) == ["eliza", "blog", "a", "b", "été"])
        query.includesOthers = false
        #expect(try await scratch.store.health(query).providers.map(\.provider) == ["eliza", "blog"])
    }
}
