package import Conversations

/// Makes providers of what is configured.
package struct ProviderFactory: Sendable {
    private let memory: any ProviderMemory
    private let surroundings: Surroundings
    private let userAgent: String
    private let pace: Duration
    private let secret: @Sendable (SecretSource) throws -> String

    /// Beside the reply itself a stream has its wrapping, as much as this for each byte.
    private static let wrapping = 64

    /// - Parameters:
    ///   - userAgent: What we call ourselves to others.
    ///   - pace: The time between the words of the bot on board, unless it is configured.
    ///   - secret: Gets a key from where it is.
    package init(
        memory: any ProviderMemory, surroundings: Surroundings, userAgent: String, pace: Duration,
        secret: @escaping @Sendable (SecretSource) throws -> String
    ) {
        self.memory = memory
        self.surroundings = surroundings
        self.userAgent = userAgent
        self.pace = pace
        self.secret = secret
    }

    /// - Throws: ``ProviderError`` where its certificates cannot be read, or what getting its key throws.
    package func provider(_ configuration: ProviderConfiguration) async throws -> any ProbedProvider {
        switch configuration.family {
        case .aiEngine(let settings):
            let token = try settings.token.map(secret)
            let site = await AIEngineSite(
                configuration, settings, token: token,
                transport: try transport(configuration, to: settings.address), memory: memory,
                surroundings: surroundings)
            return AIEngineProvider(site)
        case .openAI(let settings):
            let key = try settings.key.map(secret)
            return await OpenAIProvider(
                configuration, at: settings.address, key: key,
                transport: try transport(configuration, to: settings.address), memory: memory,
                surroundings: surroundings)
        case .eliza(let settings):
            return ElizaProvider(
                name: configuration.name, seed: settings.seed ?? ElizaProvider.standardSeed,
                pace: settings.pace ?? pace, sleep: surroundings.sleep)
        }
    }

    private func transport(_ configuration: ProviderConfiguration, to origin: WebAddress) throws -> HTTPTransport {
        let most = max(configuration.limits.reply, configuration.limits.line)
        let settings = HTTPTransport.Settings(
            timeouts: configuration.timeouts, proxy: configuration.proxy,
            certificateAuthorityFile: configuration.authorityFile, headers: configuration.headers,
            maximumBytes: most.multipliedReportingOverflow(by: Self.wrapping).overflow ? .max : most * Self.wrapping,
            userAgent: userAgent)
        return try HTTPTransport(settings, to: origin)
    }
}
