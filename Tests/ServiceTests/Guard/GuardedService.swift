import Conversations
import JSON
import Storage
import Support

@testable import Service

/// The service with its real guard, and two programs' keys.
struct GuardedService {
    let service: RunningService
    /// Where the keys are kept.
    let keys: SQLiteConversationStore
    let world: ScriptedWorld
    /// Opens the terminal user's conversations.
    let local: String
    /// Opens those of `bot`.
    let bot: String
    private let folder: TemporaryFolder

    /// - Parameter given: A key from outside, which is the terminal user's.
    init(
        hosts: AllowedHosts = AllowedHosts(listeningAt: "127.0.0.1"), origins: [String] = [], given: String? = nil,
        limits: ServiceLimits = ServiceLimits(), routes: (@Sendable (ServiceParts) -> [Route])? = nil
    ) async throws {
        world = ScriptedWorld()
        let surroundings = world.surroundings()
        folder = try TemporaryFolder()
        keys = try await SQLiteConversationStore.open(path: folder.file("keys.db"), surroundings: surroundings)
        (local, bot) = (ServiceKeyText.make(), ServiceKeyText.make())
        for (name, key) in [("local", local), ("bot", bot)] {
            try await keys.add(
                ServiceKey(
                    name: name, owner: Owner(rawValue: name), hash: ServiceKeyText.hash(key), createdAt: world.now))
        }
        service = try await RunningService(
            [ScriptedProvider(saying: "Hello")], limits: limits, surroundings: surroundings,
            admission: RequestGuard(
                hosts: hosts, origins: AllowedOrigins(origins),
                keys: KeyRing(given: given.map { ServiceKeyText.hash($0) }, store: keys, uptime: surroundings.uptime)),
            routes: routes)
    }

    func stop() async throws {
        try await service.stop()
        await keys.close()
    }

    /// Asks with the terminal user's key, unless the headers have another.
    func ask(
        _ method: String, _ path: String, _ body: String? = nil, headers: [String: String] = [:]
    ) async throws -> RunningService.Answer {
        let usual = ["Authorization": "Bearer \(local)"]
        return try await service.ask(method, path, body, headers: usual.merging(headers) { $1 })
    }
}

extension RunningService.Answer {
    /// The error's code; nil where it is no error, or has none.
    var code: String? { try? json()["error"]?["code"]?.string }
}
