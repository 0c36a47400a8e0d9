import Conversations
import Logging
import Providers
import Service

/// The providers of the configuration, each made once and shared by all requests.
final class ConfiguredProviders: ServiceProviders {
    let names: [String]
    private let providers: [String: any ChatProvider]
    private let settings: [String: ProviderConfiguration]
    private let memory: any ProviderMemory
    private let surroundings: Surroundings
    /// Those that can be looked at for their models.
    let endpoints: [any ProbedProvider]

    init(
        _ configuration: Configuration, memory: any ProviderMemory, surroundings: Surroundings, logger: Logger
    ) async {
        let factory = ProviderFactory.usual(memory: memory, surroundings: surroundings, pace: .zero)
        var providers: [String: any ChatProvider] = [:]
        var endpoints: [any ProbedProvider] = []
        for settings in configuration.providers.map(\.settings) {
            do {
                let provider = try await factory.provider(settings)
                providers[settings.name] = provider
                if case .openAI = settings.family { endpoints.append(provider) }
            } catch {
                let reason = Self.reason(error)
                logger.warning("a provider cannot be asked", metadata: ["provider": .string(settings.name)])
                providers[settings.name] = UnusableProvider(name: settings.name, error: reason)
            }
        }
        self.providers = providers
        self.memory = memory
        self.surroundings = surroundings
        settings = Dictionary(configuration.providers.map { ($0.settings.name, $0.settings) }) { first, _ in first }
        self.endpoints = endpoints
        // Sites that are known to be gone answer to their names, and are not offered.
        let offered = configuration.providers.filter { $0.source != .builtIn || $0.settings.isWorking }
            .map(\.settings.name)
        let first = configuration.defaultProvider
        names = [first] + offered.filter { $0 != first }
    }

    func provider(named name: String) async -> (any ChatProvider)? { providers[name] }

    func check(_ name: String) async -> ProbeSummary? {
        guard let settings = settings[name], let provider = providers[name] else { return nil }
        do {
            guard let provider = provider as? any ProbedProvider else {
                try await provider.prepare(for: "")
                return ProbeSummary(provider: name, address: settings.address?.description)
            }
            let report = try await provider.probe(
                memory: memory, surroundings: surroundings, within: ProbeReport.usualLimit)
            var summary = report.summary(of: settings)
            summary.error = report.error.map(Self.harmless)
            return summary
        } catch {
            return ProbeSummary(
                provider: name, address: settings.address?.description, error: Self.harmless(Self.reason(error)))
        }
    }

    /// How this machine is set up is nobody else's business.
    private static func harmless(_ error: ProviderError) -> MessageError {
        var error = error
        switch error.cause {
        case .locked, .refusedByTLS, .misconfigured: error.detail = nil
        default: break
        }
        return error.messageError
    }

    private static func reason(_ error: any Error) -> ProviderError {
        switch error {
        case let missing as ProviderSecrets.Missing: ProviderError(.locked, missing.problem)
        case let error as ProviderError: error
        default: ProviderError(.locked, "\(error)")
        }
    }
}
