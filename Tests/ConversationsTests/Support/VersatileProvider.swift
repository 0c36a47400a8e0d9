import Conversations
import Support
import Synchronization

/// A provider that answers each request in a way of its own, and can come to know more of itself.
final class VersatileProvider: ChatProvider {
    /// One request, as the provider sees it.
    struct Turn: Sendable {
        /// 1, 2, 3 …
        var number: Int
        var meter: AttemptMeter
        var provider: VersatileProvider
    }

    private struct State {
        var capabilities: ProviderCapabilities
        var requests: [ProviderRequest] = []
        var prepared: [String] = []
    }

    let name: String
    private let state: Mutex<State>
    private let preparation: @Sendable (VersatileProvider) async throws -> Void
    private let script: @Sendable (Turn) -> [ScriptedProvider.Step]

    init(
        _ name: String = "versatile",
        capabilities: ProviderCapabilities = ProviderCapabilities(historyTarget: .messages),
        preparing: @escaping @Sendable (VersatileProvider) async throws -> Void = { _ in },
        script: @escaping @Sendable (Turn) -> [ScriptedProvider.Step]
    ) {
        self.name = name
        state = Mutex(State(capabilities: capabilities))
        preparation = preparing
        self.script = script
    }

    var capabilities: ProviderCapabilities { state.withLock(\.capabilities) }
    /// The requests so far, oldest first.
    var requests: [ProviderRequest] { state.withLock(\.requests) }
    /// The texts that it was prepared for so far, oldest first.
    var prepared: [String] { state.withLock(\.prepared) }

    func learn(_ capabilities: ProviderCapabilities) {
        state.withLock { $0.capabilities = capabilities }
    }

    func prepare(for newest: String) async throws {
        state.withLock { $0.prepared.append(newest) }
        try await preparation(self)
    }

    func reply(to request: ProviderRequest, measuring meter: AttemptMeter) -> ScriptedProvider.Reply {
        let number = state.withLock { state in
            state.requests.append(request)
            return state.requests.count
        }
        let steps = script(Turn(number: number, meter: meter, provider: self))
        return ScriptedProvider(steps).reply(to: request, measuring: meter)
    }
}
