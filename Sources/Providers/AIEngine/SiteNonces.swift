internal import Conversations
private import JSON
internal import NIOHTTP1
private import Synchronization

/// The nonces of one site: had from the store while they are good, fetched by one caller at a time, over all processes.
final class SiteNonces: Sendable {
    private let site: AIEngineSite
    private let state = Mutex(State())

    private struct State {
        var nonce: Nonce?
        /// The value that the site would not have any more.
        var refused: String?
        /// How many fetches have come to nothing, and why the last one did.
        var failures = 0
        var lastFailure: Failure?
    }

    /// Why a fetch has come to nothing, and the status of the answer that said so; nil where there was none.
    private struct Failure {
        var error: ProviderError
        var status: Int?
    }

    /// How long a fetch is waited for before another takes it over.
    private static let lease = Duration.seconds(15)
    private static let pollInterval = Duration.milliseconds(40)
    /// A nonce is good for the tick of twelve hours in which it was made and for the next (WordPress, `wp_nonce_tick`).
    private static let tick: Int64 = 12 * 3_600_000
    /// Renewed so long before its end, for clocks that differ.
    private static let margin: Int64 = 5 * 60_000

    init(_ site: AIEngineSite) {
        self.site = site
    }

    /// A nonce to send; nil where the site hands out none.
    ///
    /// - Parameter meter: Of the attempt that it is for; is told of a status for which there is none.
    /// - Throws: ``ProviderError`` where it cannot be had.
    func current(measuring meter: AttemptMeter) async throws -> Nonce? {
        let (known, refused, failures) = state.withLock { ($0.nonce, $0.refused, $0.failures) }
        if let nonce = usable(known, refused) { return nonce }
        let renewer = "\(site.surroundings.process)/\(site.surroundings.newAttemptID().rawValue.suffix(12))"
        while true {
            switch await claim(by: renewer, refused: refused) {
            case .current(let nonce):
                state.withLock { $0.nonce = nonce }
                return nonce
            case .waiting:
                // Whoever fetches in this process fails for all who wait with it.
                if let failure = failure(since: failures) { throw told(failure, to: meter) }
                try await site.surroundings.sleep(Self.pollInterval * (0.5 + site.surroundings.jitter()))
            case .granted:
                if let failure = failure(since: failures) {
                    try? await site.memory.giveUpRenewal(of: site.key, by: renewer)
                    throw told(failure, to: meter)
                }
                return try await renew(by: renewer, serving: meter)
            }
        }
    }

    private func claim(by renewer: String, refused: String?) async -> RenewalClaim {
        let now = site.surroundings.now()
        do {
            return try await site.memory.claimRenewal(
                of: site.key, refused: refused, by: renewer, now: now, until: now.advanced(by: Self.lease))
        } catch {
            // A store that cannot be written is no reason not to talk.
            return .granted
        }
    }

    private func failure(since count: Int) -> Failure? {
        state.withLock { $0.failures == count ? nil : $0.lastFailure }
    }

    private func told(_ failure: Failure, to meter: AttemptMeter) -> ProviderError {
        if let status = failure.status { meter.refusedBefore(status: status) }
        return failure.error
    }

    private func usable(_ nonce: Nonce?, _ refused: String?) -> Nonce? {
        guard let nonce, nonce.value != refused, nonce.useUntil > site.surroundings.now() else { return nil }
        return nonce
    }

    /// The site would not have this one.
    func refuse(_ value: String) {
        state.withLock { state in
            state.refused = value
            if state.nonce?.value == value { state.nonce = nil }
        }
    }

    /// The site hands out another one by the way.
    func note(_ value: String?, from source: Nonce.Source, sent: Nonce?) async {
        guard let value, !value.isEmpty, let sent, value != sent.value else { return }
        let nonce = made(value, from: source, cookies: sent.cookies)
        state.withLock { state in
            state.nonce = nonce
            state.refused = nil
        }
        try? await site.memory.keep(nonce, of: site.key)
    }

    private func made(_ value: String, from source: Nonce.Source, cookies: String) -> Nonce {
        let now = site.surroundings.now()
        // A page may have been kept by a cache: that nonce is trusted for half as long.
        let ticks: Int64 = source == .page ? 1 : 2
        let end = (now.rawValue / Self.tick + ticks) * Self.tick - Self.margin
        // In the last minutes of a tick a nonce is fetched for each of them rather than never.
        return Nonce(
            value: value, source: source, fetchedAt: now,
            useUntil: max(Timestamp(rawValue: end), now.advanced(byMilliseconds: Self.margin)), cookies: cookies)
    }

    // MARK: - Fetching

    // A task that was cancelled closes what it has begun and tells the others not to wait, if that can be written at once:
    // otherwise they find out when its time is over.
    private func renew(by renewer: String, serving served: AttemptMeter) async throws -> Nonce? {
        var attempt = ProviderAttempt(
            id: site.surroundings.newAttemptID(), provider: site.name, model: nil, kind: .nonce,
            startedAt: site.surroundings.now())
        attempt.host = site.configuration.reach.host
        attempt.expiresAt = attempt.startedAt.advanced(by: longestFetch)
        if let begun = try? await site.memory.open(attempt, process: site.surroundings.process) { attempt = begun }
        let meter = AttemptMeter(uptime: site.surroundings.uptime)
        do {
            let nonce = try await site.secrets.masking { try await fetch(measuring: meter) }
            if let nonce {
                state.withLock { $0.nonce = nonce }
                try? await site.memory.keep(nonce, of: site.key)
            } else {
                await site.learn(.nonce, "none")
                try? await site.memory.giveUpRenewal(of: site.key, by: renewer)
            }
            attempt.result = meter.result(of: nil)
            try? await site.memory.close(attempt)
            return nonce
        } catch {
            attempt.result = meter.result(of: error)
            if let error = error as? ProviderError { fail(error, status: attempt.result.httpStatus, serving: served) }
            try? await site.memory.close(attempt)
            try? await site.memory.giveUpRenewal(of: site.key, by: renewer)
            throw error
        }
    }

    /// A request of the session's route, then one of a page.
    private var longestFetch: Duration {
        site.configuration.timeouts.longestBrief + site.configuration.timeouts.longestGlance
    }

    /// The longest that it takes to have one where another fetches first, in vain.
    var longestWait: Duration { Self.lease + longestFetch }

    private func fail(_ error: ProviderError, status: Int?, serving served: AttemptMeter) {
        let failure = Failure(error: error, status: status)
        state.withLock { state in
            state.failures += 1
            state.lastFailure = failure
        }
        _ = told(failure, to: served)
    }

    /// From where this version of the plugin has it: its session route, or a page with the widget.
    ///
    /// - Returns: nil where there is neither, as before nonces were wanted.
    private func fetch(measuring meter: AttemptMeter) async throws -> Nonce? {
        let routes = site.routes
        // No nonce goes with it, lest a stale one lock us out for good.
        let request = HTTPRequest.post(routes.session, json: Array("{}".utf8))
        let response = try await site.transport.send(request, measuring: meter, timeouts: .brief)
        let answer = try await site.object(in: response, by: routes.form, having: ["restNonce", "code", "success"])
        if let value = answer["restNonce"]?.string, !value.isEmpty {
            let cookies = SessionCookies(response.headers["set-cookie"]).header
            return made(answer["new_token"]?.string ?? value, from: .session, cookies: cookies)
        }
        let words = site.words(of: answer, in: response)
        if words.admission != nil {
            throw ProviderError(
                .misconfigured,
                "its version of AI Engine (2.9.0 and 2.9.1 do so), or a rule of its own, lets no guests in")
        }
        guard words.hasNoRoute else {
            if answer["success"]?.boolean == true { throw ProviderError(.brokenStream, "a session without a nonce") }
            throw words.error(hasText: false)
        }
        return try await site.widgetPage(measuring: meter)?.restNonce.map { made($0, from: .page, cookies: "") }
    }
}
