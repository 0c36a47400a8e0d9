package import Conversations
package import Logging
private import Synchronization

/// Does away with what the engine still holds of what was deleted, behind the deletions: that may take seconds, which nobody
/// who deletes one message waits for, and many deletions share.
///
/// What is not done when the service ends is done by whoever deletes next.
package final class Erasures: Sendable {
    fileprivate struct State {
        var running: Task<Void, Never>?
        /// Something was deleted after the erasure that runs began.
        var isDueAgain = false
    }

    private let state = Mutex(State())
    private let store: any ConversationStore
    private let surroundings: Surroundings

    /// How long others get to write in peace between two erasures.
    private static var pause: Duration { .seconds(10) }

    package init(store: any ConversationStore, surroundings: Surroundings) {
        self.store = store
        self.surroundings = surroundings
    }

    /// To be told of every deletion, once it has happened.
    package func begin(logger: Logger) {
        state.withLock { state in
            guard state.running == nil else {
                state.isDueAgain = true
                return
            }
            state.running = Task { [self] in await run(logger: logger) }
        }
    }

    /// Ends with the service: what is under way is waited for, what is to be done after it is left.
    package func end() async {
        let running = state.withLock { $0.running }
        running?.cancel()
        await running?.value
    }

    private func run(logger: Logger) async {
        repeat {
            do {
                // One that has begun is not cut off by the end of the service, which waits for it.
                let outcome = try await Task { [store] in try await store.finishErasure { _ in } }.value
                if outcome != .complete {
                    logger.warning("an erasure is not whole yet", metadata: ["outcome": .string("\(outcome)")])
                }
            } catch {
                logger.error("an erasure failed", metadata: ["error": .string("\(error)")])
            }
        } while await isDueAgain()
    }

    /// Waits, where there is more to do; else it is over.
    private func isDueAgain() async -> Bool {
        let isDue = state.withLock { state in
            defer { state.isDueAgain = false }
            if !state.isDueAgain { state.running = nil }
            return state.isDueAgain
        }
        guard isDue else { return false }
        if (try? await surroundings.sleep(Self.pause)) != nil { return true }
        state.withLock { $0.running = nil }
        return false
    }
}
