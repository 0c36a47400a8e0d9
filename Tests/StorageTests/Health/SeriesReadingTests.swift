import Conversations
import SQLite
import Support
import Testing

@testable import Storage

/// What is told of providers step by step and altogether, against counting everything.
@Suite struct SeriesReadingTests {
    private static let hour: Int64 = 3_600_000
    /// 2026-10-25T12:00:00Z.
    private static let noon: Int64 = 1_792_929_600_000

    private let scratch: ScratchStore
    private let told: ToldAttempts

    init() async throws {
        scratch = try await ScratchStore()
        var generator = SeededGenerator(seed: 5)
        var told = ToldAttempts()
        told.add(3000, of: ["blog", "eliza"], from: Self.noon - 72 * Self.hour, to: Self.noon, using: &generator)
        try told.write(to: scratch.connection())
        self.told = told
    }

    @Test(arguments: [(60, 1), (300, 3), (3600, 24), (3600, 70), (7200, 50), (86_400, 72), (5400, 24)])
    func `each step has what began in it`(seconds: Int64, hours: Int64) async throws {
        let (step, end) = (seconds * 1000, Self.noon - 17)
        let series = try await scratch.store.series(
            HealthSeriesQuery(
                provider: "blog", since: Timestamp(rawValue: end - hours * Self.hour), until: Timestamp(rawValue: end),
                step: .seconds(seconds)))
        let first = (end - hours * Self.hour) / step * step
        #expect(series.points.map(\.slot.start.rawValue) == Array(stride(from: first, to: end, by: Int(step))))
        // Hours count whole, and what is shorter to the millisecond.
        let last = step % Self.hour == 0 ? Self.noon : end
        for point in series.points {
            let start = point.slot.start.rawValue
            let time = start..<min(start + step, last)
            #expect(point.slot.counts == told.counts(of: "blog", in: time))
            let lengths = told.lengths(\.duration, of: "blog", in: time)
            #expect(point.duration?.count ?? 0 == lengths.count)
            if let middle = point.duration?.p50 {
                let truth = lengths[(lengths.count + 1) / 2 - 1]
                #expect(point.duration?.isExact == true ? middle == truth : abs(middle - truth) * 32 <= truth)
            }
        }
        #expect(series.points.contains { $0.slot.counts.all > 0 })
    }

    @Test func `a series that has not begun has no steps`() async throws {
        let series = try await scratch.store.series(
            HealthSeriesQuery(
                provider: "blog", since: Timestamp(rawValue: Self.noon), until: Timestamp(rawValue: Self.noon),
                step: .seconds(3600)))
        #expect(series.points.isEmpty)
    }

    @Test func `the parts of all there ever was make up the whole`() async throws {
        let edge = Timestamp(rawValue: Self.noon - 30 * Self.hour)
        var parts = try await scratch.store.totals(begunSince: nil, before: edge)
        parts.add(try await scratch.store.totals(begunSince: edge, before: nil))
        #expect(parts == (try await scratch.store.totals(begunSince: nil, before: nil)))
        for (key, count) in parts.counts {
            let same = told.all.filter {
                $0.provider == key.provider && $0.kind == key.kind && $0.outcome == key.outcome
            }
            #expect(count == same.count)
        }
        #expect(parts.counts.values.reduce(0, +) == told.all.filter { $0.outcome != .pending }.count)
        let good = told.all.filter { $0.provider == "blog" && $0.kind == .chat && $0.outcome == .ok }
        #expect(parts.duration["blog"]?.total == good.count)
        #expect(parts.firstText["blog"]?.total == good.filter { $0.firstText != nil }.count)
    }

    @Test func `whose chat an attempt was made for is told to nobody else`() async throws {
        let scratch = try await ScratchStore()
        let (chat, attempt) = try await scratch.ask("mine", .broken)
        for (asker, message) in [(nil, true), (Owner.local, true), (Owner(rawValue: "other"), false)]
            as [(Owner?, Bool)]
        {
            var query = AttemptQuery(limit: 5)
            query.providers = ["mine"]
            query.asker = asker
            let found = try await scratch.store.attempts(matching: query).attempts
            #expect(found.map(\.id) == [attempt.id])
            #expect(found[0].message?.chat == (message ? chat.id : nil))
            #expect(found[0].result.outcome == .http5xx)
        }
    }
}
