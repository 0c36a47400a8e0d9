import Conversations

/// What is to be told of one provider, reckoned from all its attempts in the plainest way: each question goes through
/// everything. It shares nothing with the program but the words for outcomes and states.
struct PlainReckoning {
    struct Attempt {
        var chat: String?
        var isProbe: Bool
        var isNonce: Bool
        var start: Int64
        var end: Int64
        var outcome: ProviderAttempt.Outcome
        var status: Int?
        var firstText: Int64?
        var duration: Int64
        /// How long the other side wants to be left alone.
        var rest: Int64?

        var isFault: Bool { [.http5xx, .timeoutFirstByte, .torn].contains(outcome) }
        /// It speaks against the provider, whether or not that is at fault.
        var isAgainst: Bool { isFault || outcome == .auth }
    }

    struct Incident {
        var start: Int64
        var end: Int64?
        var faults: [Attempt]

        var chats: Int { Set(faults.compactMap(\.chat)).count }

        /// The most frequent outcome; by name among those as frequent.
        var cause: ProviderAttempt.Outcome {
            let counts = Dictionary(grouping: faults, by: \.outcome).mapValues(\.count)
            return counts.min { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }!.key
        }

        /// The most frequent of the cause; the least among those as frequent.
        var status: Int? {
            let statuses = faults.filter { $0.outcome == cause }.map { $0.status ?? 0 }
            let counts = Dictionary(grouping: statuses, by: \.self).mapValues(\.count)
            let most = counts.min { ($1.value, $0.key) < ($0.value, $1.key) }!.key
            return most == 0 ? nil : most
        }
    }

    private(set) var attempts: [Attempt] = []
    private(set) var incidents: [Incident] = []
    private var lastTen: [Attempt] = []
    private var trips = 0
    private var isOpen = false
    private var isHalfOpen = false
    private var wantsKey = false
    private var due: Int64 = 0
    private var decided: Int64 = 0
    private var limited: Int64?

    // MARK: - As it goes on

    mutating func take(_ attempt: Attempt) {
        attempts.append(attempt)
        if attempt.isNonce { return }
        if attempt.outcome == .rateLimited { limited = attempt.end }
        if attempt.outcome == .ok { takeGood(attempt) }
        if attempt.isFault { takeFault(attempt) }
        if attempt.outcome == .auth { takeRefusal(attempt) }
    }

    private var faultsInARow: [Attempt] { Array(lastTen.reversed().prefix { $0.isAgainst }.reversed()) }

    private mutating func takeGood(_ attempt: Attempt) {
        // Whether anybody answers, a probe does not tell; but it gets in.
        let isProven = faultsInARow.allSatisfy { $0.isProbe || [.timeoutFirstByte, .auth].contains($0.outcome) }
        guard !attempt.isProbe || isProven else { return }
        remember(attempt)
        if isOpen {
            (isOpen, isHalfOpen, wantsKey) = (false, true, false)
            incidents[incidents.count - 1].end = max(attempt.end, incidents[incidents.count - 1].start)
        } else if isHalfOpen {
            isHalfOpen = false
            trips = 0
            lastTen.removeAll { $0.isAgainst }
        }
    }

    private mutating func takeFault(_ attempt: Attempt) {
        remember(attempt)
        if isOpen {
            incidents[incidents.count - 1].faults.append(attempt)
            if wantsKey {
                // Whoever is answered otherwise is no longer refused.
                if attempt.status != nil { trip(attempt) }
            } else if attempt.start >= due || isOfAnotherClock(at: attempt.end) {
                trip(attempt)
            } else if let rest = attempt.rest, attempt.end + rest > due {
                (due, decided) = (attempt.end + rest, attempt.end)
            }
        } else if isHalfOpen {
            incidents.append(Incident(start: attempt.start, end: nil, faults: [attempt]))
            trip(attempt)
        } else {
            let faults = lastTen.filter(\.isAgainst)
            let run = faultsInARow
            guard faultsInARow.count >= 3 || lastTen.count >= 5 && faults.count * 2 >= lastTen.count else { return }
            incidents.append(Incident(start: run[0].start, end: nil, faults: run))
            trip(attempt)
        }
    }

    /// It is down until it has another key, and nobody tries that unasked.
    private mutating func takeRefusal(_ attempt: Attempt) {
        remember(attempt)
        if isOpen {
            incidents[incidents.count - 1].faults.append(attempt)
        } else {
            incidents.append(Incident(start: attempt.start, end: nil, faults: [attempt]))
            trips += 1
        }
        (isOpen, isHalfOpen, wantsKey) = (true, false, true)
        (due, decided) = (0, attempt.end)
    }

    private mutating func remember(_ attempt: Attempt) {
        lastTen = (lastTen + [attempt]).suffix(10)
    }

    private mutating func trip(_ attempt: Attempt) {
        trips += 1
        // 30 s, a minute, two … ten minutes, and a tenth more: the test's world has the greatest jitter.
        let pause = [33_000, 66_000, 132_000, 264_000, 528_000, 660_000][min(trips, 6) - 1] as Int64
        let next = attempt.end + max(pause, attempt.rest ?? 0)
        if next > due || isOfAnotherClock(at: attempt.end) { (due, decided) = (next, attempt.end) }
        (isOpen, isHalfOpen, wantsKey) = (true, false, false)
    }

    private func isOfAnotherClock(at now: Int64) -> Bool { now < decided || due > now + 86_400_000 }

    func state(at now: Int64) -> ProviderState {
        if isHalfOpen { return .recovering }
        if wantsKey { return .down }
        if isOpen { return now < due && !isOfAnotherClock(at: now) ? .down : .recovering }
        if let limited, limited <= now, now < limited + 300_000 { return .degraded }
        if lastTen.isEmpty { return .unknown }
        return lastTen.suffix(5).contains { $0.isAgainst } ? .degraded : .healthy
    }

    // MARK: - Afterwards

    private var counted: [Attempt] { attempts.filter { !$0.isNonce } }

    func counts(in time: Range<Int64>) -> AttemptCounts {
        let all = counted.filter { time.contains($0.start) }
        let ok = all.count { $0.outcome == .ok }
        let faults = all.count { $0.isFault }
        let limited = all.count { $0.outcome == .rateLimited }
        return AttemptCounts(ok: ok, faults: faults, limited: limited, other: all.count - ok - faults - limited)
    }

    /// In ascending order.
    func lengths(_ measure: (Attempt) -> Int64?, in time: Range<Int64>) -> [Int64] {
        counted.filter { time.contains($0.start) && !$0.isProbe && $0.outcome == .ok }.compactMap(measure).sorted()
    }

    var lastOK: Int64? { counted.last { $0.outcome == .ok }?.end }
    var lastError: Attempt? { counted.last { $0.isAgainst || $0.outcome == .rateLimited } }

    /// That it wants a key is no time in which it is down.
    ///
    /// From each moment at which an incident begins or ends to the next, either none is open or some are.
    func availability(since: Int64, now: Int64) -> Double? {
        guard let first = counted.map(\.start).min() else { return nil }
        let start = max(since, first)
        guard start < now else { return nil }
        let incidents = self.incidents.filter { $0.cause != .auth }
        let moments = incidents.flatMap { [$0.start, $0.end ?? now] } + [start, now]
        let cuts = moments.filter { $0 >= start && $0 <= now }.sorted()
        var down: Int64 = 0
        for (from, to) in zip(cuts, cuts.dropFirst())
        where incidents.contains(where: { $0.start <= from && to <= $0.end ?? now }) {
            down += to - from
        }
        return 1 - Double(down) / Double(now - start)
    }
}
