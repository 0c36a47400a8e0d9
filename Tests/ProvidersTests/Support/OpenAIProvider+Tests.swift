import Conversations
import Storage
import Support
import Testing

@testable import Providers

extension OpenAIProvider {
    /// One at a test server, which has everything as it comes.
    static func talking(
        to server: LoopbackServer, limits: ReplyLimits = ReplyLimits(), memory: TestMemory
    ) async throws -> OpenAIProvider {
        let address = try WebAddress(base: server.address)
        var configuration = ProviderConfiguration(
            name: "test", family: .openAI(ProviderConfiguration.OpenAI(address: address)))
        configuration.limits = limits
        return try #require(await memory.factory.provider(configuration) as? OpenAIProvider)
    }
}

/// A store in a file of its own, and the world around it.
struct TestMemory {
    private let folder: TemporaryFolder
    let world = ScriptedWorld()
    let store: SQLiteConversationStore

    init() async throws {
        folder = try TemporaryFolder()
        store = try await SQLiteConversationStore.open(
            path: folder.file("parley.db"), surroundings: world.surroundings())
    }

    /// Makes providers that remember here.
    var factory: ProviderFactory {
        ProviderFactory(
            memory: store, surroundings: world.surroundings(), userAgent: "Tests/1", pace: .zero
        ) { _ in "" }
    }
}
