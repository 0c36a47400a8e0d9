package import Conversations

/// A provider that can be looked at without saying anything to it.
package protocol ProbedProvider: ChatProvider {
    /// Asks the cheapest things that tell whether and how it would answer. It changes nothing over there.
    ///
    /// - Throws: ``ProviderError`` where it would not answer.
    func probe(measuring meter: AttemptMeter) async throws -> [ProbeFinding]
    /// The longest that it may take.
    var longestProbe: Duration { get }
}

/// One thing that a probe has found out.
package struct ProbeFinding: Equatable, Sendable {
    /// A word for programs, such as `nonce`.
    package var name: String
    /// What it is, in few words.
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// What came of looking at a provider.
package struct ProbeReport: Sendable {
    /// The attempt as it is in the health history.
    package var attempt: ProviderAttempt
    /// As far as it got, in the order found out.
    package var findings: [ProbeFinding]
    /// Why it would not answer; nil where it would.
    package var error: ProviderError?
    /// The attempt is in the health history; otherwise that could not be written.
    package var isKept: Bool

    /// How long a look may take where nobody says otherwise: whoever does not answer within it is at fault.
    package static let usualLimit = Duration.seconds(30)
    /// An attempt's end is written just after its limit: nobody takes it for left behind before.
    static let grace = Duration.seconds(5)
}

extension ProbedProvider {
    /// Probes it, and keeps the attempt with all others. A task that is cancelled waits for nothing any more, and finds at
    /// the most that its attempt is told as aborted.
    ///
    /// - Parameter limit: Longer than this all of it does not take; nil where each request's own time-outs do. What is
    ///   shorter than ``ProbeReport/usualLimit`` is the caller's own choice, and running into it counts against nobody.
    /// - Throws: `CancellationError` alone.
    package func probe(
        memory: any ProviderMemory, surroundings: Surroundings, within limit: Duration? = nil
    ) async throws -> ProbeReport {
        var attempt = ProviderAttempt(
            id: surroundings.newAttemptID(), provider: name, model: nil, kind: .probe, startedAt: surroundings.now())
        attempt.host = reach.host
        attempt.expiresAt = attempt.startedAt.advanced(by: (limit ?? longestProbe) + ProbeReport.grace)
        // A store that cannot be written is no reason not to look.
        let begun = try? await memory.open(attempt, process: surroundings.process)
        if begun == nil { try Task.checkCancellation() }
        attempt = begun ?? attempt
        let meter = AttemptMeter(uptime: surroundings.uptime)
        var findings: [ProbeFinding] = []
        var failure: (any Error)?
        do {
            findings = try await probe(measuring: meter, within: limit, sleep: surroundings.sleep)
        } catch {
            failure = error
        }
        let overrun = failure as? Overrun
        if let overrun { failure = overrun.error }
        attempt.result = meter.result(of: failure)
        if let overrun, overrun.limit < ProbeReport.usualLimit { attempt.result.fault = .caller }
        var isKept = false
        if begun != nil { isKept = (try? await memory.close(attempt)) != nil }
        if let failure, !(failure is ProviderError) { throw failure }
        return ProbeReport(attempt: attempt, findings: findings, error: failure as? ProviderError, isKept: isKept)
    }

    private func probe(
        measuring meter: AttemptMeter, within limit: Duration?,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) async throws -> [ProbeFinding] {
        guard let limit else { return try await probe(measuring: meter) }
        return try await withThrowingTaskGroup(of: [ProbeFinding]?.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await probe(measuring: meter) }
            group.addTask {
                try await sleep(limit)
                return nil
            }
            guard let findings = try await group.next() ?? nil else { throw Overrun(limit: limit) }
            return findings
        }
    }
}

/// A probe took longer than its caller would have it.
private struct Overrun: Error {
    let limit: Duration

    var error: ProviderError {
        let milliseconds = limit.milliseconds
        let length = milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
        return ProviderError(.timedOut(.total), "it did not answer within \(length)")
    }
}

extension ElizaProvider: ProbedProvider {
    package var longestProbe: Duration { .seconds(1) }

    package func probe(measuring meter: AttemptMeter) -> [ProbeFinding] {
        [ProbeFinding("reachable", "yes, on board"), ProbeFinding("streams", "yes")]
    }
}

extension OpenAIProvider: ProbedProvider {
    package var longestProbe: Duration { longestList }

    package func probe(measuring meter: AttemptMeter) async throws -> [ProbeFinding] {
        let models = try await models(measuring: meter)
        var findings = [ProbeFinding("reachable", "yes"), ProbeFinding("models", "\(models.count)")]
        if let model = configuredModel {
            findings.append(ProbeFinding("model", models.contains(model) ? model : "\(model), which it does not list"))
        } else if let first = models.first {
            findings.append(ProbeFinding("model", "\(first), the first it lists; none is configured"))
        }
        findings.append(ProbeFinding("streams", capabilities.streams ? "asked to" : "not asked to"))
        return findings
    }
}
