import Conversations
import Providers

extension ProbeReport {
    /// What came of looking at the provider that is configured so.
    func summary(of configuration: ProviderConfiguration) -> ProbeSummary {
        ProbeSummary(
            provider: configuration.name, address: configuration.address?.description,
            milliseconds: attempt.result.durationMilliseconds,
            findings: findings.map { ProbeSummary.Finding(name: $0.name, value: $0.value) }, error: error?.messageError,
            isKept: isKept)
    }
}
