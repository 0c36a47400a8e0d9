package import Conversations

/// Everything that is kept, as the service reaches it.
package typealias ServiceStore = ConversationStore & ProviderHealth & ProviderMemory & ServiceKeys & IdempotentRequests
    & MeasuredStore

/// What the service is put together from.
package struct ServiceParts: Sendable {
    package var store: any ServiceStore
    package var providers: any ServiceProviders
    package var replies: RunningReplies
    package var erasures: Erasures
    package var surroundings: Surroundings
    package var limits: ServiceLimits
    package var tokens: TokenEstimate
    /// Parley's version.
    package var version: String
    /// The metrics are for whoever asks, without a key.
    package var metricsArePublic = false
    /// What is counted of requests.
    package let requestMetrics = RequestMetrics()
    /// Whoever reads whole chats out of the store, as fast as a client takes them: others must find it free.
    let transcriptReadings = Turnstile(2)

    package init(
        store: any ServiceStore, providers: any ServiceProviders, history: HistoryBuilder, surroundings: Surroundings,
        limits: ServiceLimits, version: String
    ) {
        self.store = store
        self.providers = providers
        self.surroundings = surroundings
        self.limits = limits
        self.version = version
        tokens = history.estimate
        erasures = Erasures(store: store, surroundings: surroundings)
        replies = RunningReplies(
            manager: SessionManager(
                store: store, health: store, memory: store, builder: history, surroundings: surroundings),
            surroundings: surroundings, limits: limits)
    }
}
