import Conversations
import Providers
import Storage
import Terminal

/// Looks at several providers at the same time.
struct ProviderChecks: Sendable {
    let configurations: [ProviderConfiguration]
    /// How long each may take.
    let limit: Duration
    let store: SQLiteConversationStore
    let surroundings: Surroundings

    /// - Returns: what came of it, in the order of the providers. Where it is cancelled, of those that had answered by then;
    ///   the attempts of the others are closed.
    func run() async -> [ProviderCheck] {
        let factory = ProviderFactory.usual(memory: store, surroundings: surroundings, pace: .zero)
        return await withTaskGroup(of: (Int, ProviderCheck?).self) { group in
            for (index, configuration) in configurations.enumerated() {
                group.addTask { (index, try? await check(configuration, factory)) }
            }
            var checks: [(Int, ProviderCheck)] = []
            for await case (let index, let check?) in group { checks.append((index, check)) }
            return await knowing(checks.sorted { $0.0 < $1.0 }.map(\.1))
        }
    }

    /// With how the providers stand now. Where that cannot be read, nothing is told of it.
    private func knowing(_ checks: [ProviderCheck]) async -> [ProviderCheck] {
        let conditions = try? await store.conditions(of: checks.map(\.configuration.name))
        return checks.map { check in
            var check = check
            check.condition = conditions?[check.configuration.name]
            return check
        }
    }

    /// - Throws: `CancellationError` alone.
    private func check(_ configuration: ProviderConfiguration, _ factory: ProviderFactory) async throws -> ProviderCheck
    {
        do {
            let report = try await factory.provider(configuration)
                .probe(memory: store, surroundings: surroundings, within: limit)
            return ProviderCheck(configuration: configuration, result: .probed(report))
        } catch let missing as ProviderSecrets.Missing {
            return ProviderCheck(
                configuration: configuration,
                result: .unusable(code: "no_key", problem: missing.problem, advice: missing.advice))
        } catch let error as ProviderError {
            return ProviderCheck(
                configuration: configuration,
                result: .unusable(code: error.code, problem: error.messageError.message, advice: error.advice))
        }
    }
}

/// What came of looking at one provider.
struct ProviderCheck: Sendable {
    enum Result: Sendable {
        case probed(ProbeReport)
        /// It is set up so that it cannot be asked; nothing was sent, and nothing is counted against it.
        case unusable(code: String, problem: String, advice: String)
    }

    let configuration: ProviderConfiguration
    let result: Result
    /// How it stands since; nil where that is not known.
    var condition: ProviderCondition?

    var isGood: Bool {
        if case .probed(let report) = result { report.error == nil } else { false }
    }

    /// It is in the health history, or nothing was to be kept.
    var isKept: Bool {
        if case .probed(let report) = result { report.isKept } else { true }
    }

    /// The same for programs.
    func summary(at now: Timestamp) -> ProbeSummary {
        switch result {
        case .probed(let report):
            var summary = report.summary(of: configuration)
            summary.state = condition?.state(at: now)
            return summary
        case .unusable(let code, let problem, let advice):
            return ProbeSummary(
                provider: configuration.name, address: configuration.address?.description,
                error: MessageError(code: code, message: "\(problem): \(advice)"))
        }
    }

    /// Its name, the result, how long it took, and what was found or what to do.
    func cells(at now: Timestamp) -> [Table.Cell] {
        let name = Table.Cell(ControlCharacterFilter.visibleLine(configuration.name))
        switch result {
        case .unusable(let code, let problem, let advice):
            return [name, Table.Cell(code, .yellow), Table.Cell("-"), Self.line("\(problem): \(advice)")]
        case .probed(let report):
            let measured = report.attempt.result
            let took = Table.Cell(AttemptTable.length(measured.durationMilliseconds))
            guard let error = report.error else {
                let findings = report.findings.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
                return [name, Table.Cell("ok", .green), took, Self.line((unproven(at: now) ?? "") + findings)]
            }
            let outcome = measured.outcome.words(status: measured.httpStatus)
            let advice = error.cause == .timedOut(.total) ? "allow more with --timeout" : error.advice
            return [name, Table.Cell(outcome, .red), took, Self.line("\(error.messageError.message): \(advice)")]
        }
    }

    /// `answers, but its last chat failed: http_5xx 503; the next chat tries it in 28 s; `. Nil where its good look has left
    /// nothing open.
    private func unproven(at now: Timestamp) -> String? {
        guard let condition, let fault = condition.faultBeyondProbes else { return nil }
        let next =
            switch condition.turn(at: now) {
            case .later(let until?): "the next chat tries it \(ShownLength.until(until, now: now))"
            case .later(nil): "the next chat that names it tries it"
            case .now, .onTrial: "the next chat tries it"
            }
        return "answers, but its last chat failed: \(fault.outcome.words(status: fault.httpStatus)); \(next); "
    }

    private static func line(_ text: String) -> Table.Cell { Table.Cell(ControlCharacterFilter.visibleLine(text)) }
}
