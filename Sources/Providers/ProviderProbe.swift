package import Conversations

/// A provider that can be looked at without saying anything to it.
package protocol ProbedProvider: ChatProvider {
    /// Asks the cheapest things that tell whether and how it would answer. It changes nothing over there.
    ///
    /// - Throws: ``ProviderError`` where it would not answer.
    func probe(measuring meter: AttemptMeter) async throws -> [ProbeFinding]
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
}

extension ProbedProvider {
    /// Probes it, and keeps the attempt with all others.
    ///
    /// - Throws: `CancellationError` alone.
    package func probe(memory: any ProviderMemory, surroundings: Surroundings) async throws -> ProbeReport {
        var attempt = ProviderAttempt(
            id: surroundings.newAttemptID(), provider: name, model: nil, kind: .probe, startedAt: surroundings.now())
        // A store that cannot be written is no reason not to look.
        try? await memory.open(attempt, process: surroundings.process)
        let meter = AttemptMeter(uptime: surroundings.uptime)
        var findings: [ProbeFinding] = []
        var failure: (any Error)?
        do { findings = try await probe(measuring: meter) } catch { failure = error }
        attempt.result = meter.result(of: failure)
        try? await memory.close(attempt)
        if let failure, !(failure is ProviderError) { throw failure }
        return ProbeReport(attempt: attempt, findings: findings, error: failure as? ProviderError)
    }
}

extension ElizaProvider: ProbedProvider {
    package func probe(measuring meter: AttemptMeter) -> [ProbeFinding] {
        [ProbeFinding("reachable", "yes, on board"), ProbeFinding("streams", "yes")]
    }
}

extension OpenAIProvider: ProbedProvider {
    package func probe(measuring meter: AttemptMeter) async throws -> [ProbeFinding] {
        let models = try await models(measuring: meter)
        var findings = [ProbeFinding("reachable", "yes"), ProbeFinding("models", "\(models.count)")]
        if let model = capabilities.defaultModel {
            findings.append(ProbeFinding("model", models.contains(model) ? model : "\(model), which it does not list"))
        } else if let first = models.first {
            findings.append(ProbeFinding("model", "\(first), the first it lists; none is configured"))
        }
        findings.append(ProbeFinding("streams", capabilities.streams ? "asked to" : "not asked to"))
        return findings
    }
}
