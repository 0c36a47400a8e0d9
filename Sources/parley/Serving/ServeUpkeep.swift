import Conversations
import Providers
import ServiceLifecycle
import Storage

/// What is seen to beside the requests: the endpoints' models at the start, and attempts that are too old to be kept.
struct ServeUpkeep: Service {
    let providers: ConfiguredProviders
    let store: SQLiteConversationStore
    let surroundings: Surroundings
    /// nil for good.
    let attemptsKeptDays: Int?

    private static let pause = Duration.seconds(3600)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for provider in providers.endpoints {
                    group.addTask {
                        // What comes of it is in the health history, and its models in the provider.
                        _ = try? await provider.probe(
                            memory: store, surroundings: surroundings, within: ProbeReport.usualLimit)
                    }
                }
                group.addTask { await prune() }
            }
        }
    }

    private func prune() async {
        guard let attemptsKeptDays else { return }
        repeat {
            let oldest = surroundings.now().advanced(by: .zero - .seconds(attemptsKeptDays * 86_400))
            try? await store.pruneAttempts(begunBefore: oldest)
        } while (try? await surroundings.sleep(Self.pause)) != nil
    }
}
