import Conversations
import Providers
import Storage
import Support

/// A provider that asks an endpoint over HTTP.
enum Upstream {
    static func provider(
        at address: String, folder: TemporaryFolder, surroundings: Surroundings
    ) async throws -> any ChatProvider {
        let store = try await SQLiteConversationStore.open(path: folder.file("facts.db"), surroundings: surroundings)
        let configuration = try ProviderConfiguration(
            name: "up",
            .mapping([.init("kind", .text("openai")), .init("url", .text(address)), .init("model", .text("stand-in"))]))
        let factory = ProviderFactory(memory: store, surroundings: surroundings, userAgent: "Tests/1", pace: .zero) {
            _ in
            ""
        }
        return try await factory.provider(configuration)
    }
}
