import Conversations
import Support

@testable import Storage

/// Two weeks of three providers, always the same: one has an outage, one becomes slower and slower and wants a key for eight
/// hours, one comes and goes. Once none of them can be reached, as this machine's network is down. The clock is set back and forward meanwhile, and on 25 October 2026 much of Europe has the hour after two o'clock twice.
struct Fortnight {
    /// 2026-10-19T00:00:00Z.
    static let start: Int64 = 1_792_368_000_000
    static let hour: Int64 = 3_600_000
    static let day: Int64 = 24 * hour
    static let providers = ["endpoint", "flapping", "site"]

    let scratch: ScratchStore
    private(set) var told: [String: PlainReckoning] = [:]
    private var generator = SeededGenerator(seed: 20_261_025)
    private var chats: [Chat] = []
    /// What has gone by since the start by a clock that nobody sets.
    private(set) var elapsed: Int64 = 0
    /// When the clock is set, and by how much.
    private var settings: [(at: Int64, by: Int64)] = [
        (8 * day, -2 * hour), (8 * day + 20 * hour, 2 * hour), (10 * day, 30 * hour), (10 * day + 5 * hour, -30 * hour),
        (12 * day, -11 * 60_000),
    ]

    /// When the first attempt begins that finds no network.
    private var networkFailsAt: Int64? = 4 * day
    /// When that and the first answer after it were, and how many could not be reached between.
    private(set) var networkIncident: (start: Int64, end: Int64, attempts: Int)?
    /// In which one provider wants a key, since the start.
    static let locked = 5 * day..<5 * day + 8 * hour

    init(scratch: ScratchStore) {
        self.scratch = scratch
        scratch.world.advance(by: .milliseconds(Self.start - scratch.world.now.rawValue))
        for provider in Self.providers { told[provider] = PlainReckoning() }
    }

    var now: Int64 { scratch.world.now.rawValue }

    /// Goes on until so much has gone by.
    mutating func run(until end: Int64) async throws {
        while elapsed < end {
            pass(Int64.random(in: 60_000...900_000, using: &generator))
            if let moment = networkFailsAt, moment <= elapsed {
                networkFailsAt = nil
                try await failOfNetwork()
            }
            try await attempt(of: Self.providers.randomElement(using: &generator)!)
        }
    }

    private mutating func pass(_ milliseconds: Int64) {
        elapsed += milliseconds
        scratch.world.advance(by: .milliseconds(milliseconds))
        while let next = settings.first, next.at <= elapsed {
            scratch.world.advance(by: .milliseconds(next.by))
            settings.removeFirst()
        }
    }

    /// Within half a minute two cannot be reached, then a third; five minutes later one answers.
    private mutating func failOfNetwork() async throws {
        let start = now
        for provider in ["site", "endpoint", "flapping", "site"] {
            var told = PlainReckoning.Attempt(
                chat: nil, isProbe: false, isNonce: false, start: now, end: 0, outcome: .unreachable, duration: 2000)
            try await talk(provider, &told)
            self.told[provider]?.take(told)
            pass(8000)
        }
        pass(300_000)
        var told = PlainReckoning.Attempt(
            chat: nil, isProbe: false, isNonce: false, start: now, end: 0, outcome: .ok, firstText: 400, duration: 900)
        try await talk("endpoint", &told)
        self.told["endpoint"]?.take(told)
        networkIncident = (start, told.end, 4)
    }

    // MARK: - What the providers do

    private mutating func attempt(of provider: String) async throws {
        let kind = ([.chat, .chat, .chat, .chat, .chat, .chat, .probe, .nonce] as [ProviderAttempt.Kind])
            .randomElement(using: &generator)!
        var told = PlainReckoning.Attempt(
            chat: nil, isProbe: kind == .probe, isNonce: kind == .nonce, start: now, end: 0, outcome: .ok, duration: 0)
        decide(&told, of: provider)
        if kind == .chat {
            try await talk(provider, &told)
        } else {
            try await serveNoReply(provider, kind, &told)
        }
        self.told[provider]?.take(told)
    }

    private mutating func decide(_ told: inout PlainReckoning.Attempt, of provider: String) {
        let outcome = outcome(of: provider, isProbe: told.isProbe)
        told.outcome = outcome
        told.duration = Int64.random(in: 200...4000, using: &generator)
        switch outcome {
        case .ok:
            // The one that decays takes 300 ms at first, and 3.3 s at the end.
            let decay = provider == "endpoint" ? 300 + elapsed / (Self.day * 14 / 3000) : 800
            told.firstText = decay + Int64.random(in: 0...decay, using: &generator)
            told.duration += told.firstText!
        case .http5xx:
            told.status = [500, 503, 503].randomElement(using: &generator)!
            if Int.random(in: 0..<4, using: &generator) == 0 { told.rest = 20 * 60_000 }
        case .rateLimited: told.status = 429
        case .auth: told.status = 401
        default: break
        }
    }

    private mutating func outcome(of provider: String, isProbe: Bool) -> ProviderAttempt.Outcome {
        let isOut =
            switch provider {
            // Six hours, in the middle of which a probe is answered all the same.
            case "site": (3 * Self.day + 6 * Self.hour..<3 * Self.day + 12 * Self.hour).contains(elapsed)
            // Three hours down, three hours up, for two days of those on which Europe sets its clocks.
            case "flapping":
                (6 * Self.day..<8 * Self.day + 12 * Self.hour).contains(elapsed) && elapsed / (3 * Self.hour) % 2 == 0
            default: false
            }
        let draw = Int.random(in: 0..<100, using: &generator)
        if provider == "endpoint" && Self.locked.contains(elapsed) { return draw < 90 ? .auth : .cancelled }
        if isOut {
            if isProbe && draw < 50 { return .ok }
            return draw < 80 ? .http5xx : .timeoutFirstByte
        }
        switch draw {
        case 0..<3: return .torn
        case 3..<5: return .timeoutFirstByte
        case 5..<8: return .rateLimited
        case 8..<12: return .cancelled
        default: return .ok
        }
    }

    // MARK: - Through the store

    private mutating func talk(_ provider: String, _ told: inout PlainReckoning.Attempt) async throws {
        let place = Int.random(in: 0..<12, using: &generator)
        let target: NewExchange.Target =
            place < chats.count ? .existing(chats[place]) : .new(scratch.newChat())
        var exchange = scratch.exchange(in: target, provider: provider)
        exchange.attempt.host = provider + ".example"
        let open = try await scratch.store.begin(exchange)
        pass(told.duration)
        var ending = scratch.ending(
            open, told.outcome == .ok ? "Hello." : "", told.outcome == .ok ? .complete : .failed)
        ending.attempt.result = result(of: told)
        let chat = try await scratch.store.finish(scratch.right(to: open), with: ending)
        if place < chats.count { chats[place] = chat } else { chats.append(chat) }
        told.chat = chat.id.rawValue
        told.end = now
    }

    private mutating func serveNoReply(
        _ provider: String, _ kind: ProviderAttempt.Kind, _ told: inout PlainReckoning.Attempt
    ) async throws {
        var attempt = ProviderAttempt(
            id: scratch.world.surroundings().newAttemptID(), provider: provider, model: nil, kind: kind,
            startedAt: scratch.world.now)
        attempt.host = provider + ".example"
        try await scratch.store.open(attempt, process: scratch.process)
        pass(told.duration)
        attempt.result = result(of: told)
        try await scratch.store.close(attempt)
        told.end = now
    }

    private func result(of told: PlainReckoning.Attempt) -> ProviderAttempt.Result {
        var result = ProviderAttempt.Result()
        result.outcome = told.outcome
        result.fault =
            switch told.outcome {
            case .ok: .none
            case .rateLimited: .limit
            case .cancelled: .caller
            case .auth: .config
            default: .provider
            }
        result.httpStatus = told.status
        result.firstTextMilliseconds = told.firstText
        result.durationMilliseconds = told.duration
        result.retryAfterMilliseconds = told.rest
        if told.outcome != .ok { result.error = MessageError(code: told.outcome.rawValue, message: "At \(told.start)") }
        return result
    }
}
