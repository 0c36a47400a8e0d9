import Conversations
import Providers
import Storage
import Support

/// A program over a database in a folder of its own, with the providers that a test configures. The clock stands still,
/// and waits between two tries are over at once.
struct Program {
    let world: ScriptedWorld
    let store: SQLiteConversationStore
    /// How long was waited between two tries, in order.
    let waits = Recorded<Duration>()
    /// Where the secrets of the configuration are.
    var environment: [String: String] = [:]
    private let folder: TemporaryFolder
    private let process: String

    init() async throws {
        try await self.init(in: TemporaryFolder(), world: ScriptedWorld(), process: "test-1")
    }

    private init(in folder: TemporaryFolder, world: ScriptedWorld, process: String) async throws {
        self.folder = folder
        self.world = world
        self.process = process
        store = try await SQLiteConversationStore.open(
            path: folder.file("parley.db"), surroundings: world.surroundings(process: process))
    }

    /// Another process over the same file.
    func another(process: String = "test-2") async throws -> Program {
        var other = try await Program(in: folder, world: world, process: process)
        other.environment = environment
        return other
    }

    var databasePath: String { folder.file("parley.db") }

    private var surroundings: Surroundings {
        var surroundings = world.surroundings(process: process)
        // Waits between two tries are of 375 and 750 ms, then: so they are told from those of the keeper.
        surroundings.jitter = { 0.5 }
        let sleep = surroundings.sleep
        surroundings.sleep = { [waits] duration in
            if duration == .milliseconds(40) {
                // Another fetches a nonce, and really has to get there.
                try Task.checkCancellation()
                await Task.yield()
            } else if duration <= ReplyJournal.checkpointInterval || duration == ReplyJournal.renewalInterval {
                try await sleep(duration)
            } else {
                waits.append(duration)
            }
        }
        return surroundings
    }

    // MARK: - Providers

    /// A provider by these settings. Each is a new one, as after a new start.
    ///
    /// - Parameter memory: nil for the store.
    func provider(
        _ settings: [String: ConfigurationValue], named name: String = "site", memory: (any ProviderMemory)? = nil
    ) async throws -> any ProbedProvider {
        let members = settings.map { ConfigurationValue.Member($0.key, $0.value) }
        let factory = ProviderFactory(
            memory: memory ?? store, surroundings: surroundings, userAgent: "parley-tests", pace: .zero,
            secret: { [environment] source in
                guard case .environment(let name) = source, let secret = environment[name] else { throw NoSecret() }
                return secret
            })
        return try await factory.provider(ProviderConfiguration(name: name, .mapping(members)))
    }

    private struct NoSecret: Error {}

    // MARK: - Exchanges

    /// Says something to the first of these that answers, in a new chat unless another is named.
    func say(
        _ text: String, in chat: ChatID? = nil, to providers: any ChatProvider..., system: String? = nil,
        model: String? = nil, streams: Bool = true, sampling: Sampling = Sampling(),
        show: @escaping @Sendable (ExchangeEvent) async throws -> Void = { _ in }
    ) async throws -> Exchange {
        let manager = SessionManager(
            store: store, health: store, memory: store, builder: HistoryBuilder(), surroundings: surroundings)
        let request = ExchangeRequest(
            target: chat.map { .chat($0) } ?? .newChat(title: nil, system: system), turn: .say(text),
            model: model,
            streams: streams, sampling: sampling)
        return try await manager.exchange(request, with: providers, show: show)
    }

    /// All attempts of a kind, oldest first.
    func attempts(_ kind: ProviderAttempt.Kind) async throws -> [ProviderAttempt] {
        var query = AttemptQuery(limit: 1000)
        query.kind = kind
        return try await store.attempts(matching: query).attempts.reversed()
    }
}

extension Exchange {
    /// Why it failed; nil where it did not.
    var error: ProviderError? {
        if case .failed(let error) = ending { error } else { nil }
    }
}
