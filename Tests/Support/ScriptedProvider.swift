package import Conversations
private import Synchronization

/// A provider that does what the test says, one step when it is asked for the next event, and remembers what it was asked.
package final class ScriptedProvider: ChatProvider {
    package enum Step: Sendable {
        case event(ProviderEvent)
        case failure(any Error & Sendable)
        /// Runs before the next step; may wait.
        case action(@Sendable () async throws -> Void)
        /// Waits until the task is cancelled.
        case waitForCancellation
    }

    package let name: String
    package let capabilities: ProviderCapabilities
    private let steps: [Step]
    private let asked = Mutex<[ProviderRequest]>([])

    package init(
        name: String = "scripted", capabilities: ProviderCapabilities = ProviderCapabilities(historyTarget: .messages),
        _ steps: [Step]
    ) {
        self.name = name
        self.capabilities = capabilities
        self.steps = steps
    }

    /// One that streams these pieces and finishes.
    package convenience init(name: String = "scripted", saying pieces: String...) {
        self.init(name: name, pieces.map { .event(.text($0)) } + [.event(.finish(reason: "stop", text: nil))])
    }

    /// The requests so far, oldest first.
    package var requests: [ProviderRequest] { asked.withLock { $0 } }

    package func reply(to request: ProviderRequest, measuring meter: AttemptMeter) -> Reply {
        asked.withLock { $0.append(request) }
        return Reply(steps: steps)
    }

    package struct Reply: AsyncSequence {
        fileprivate let steps: [Step]

        package func makeAsyncIterator() -> Iterator { Iterator(steps: steps[...]) }

        package struct Iterator: AsyncIteratorProtocol {
            fileprivate var steps: ArraySlice<Step>

            package mutating func next() async throws -> ProviderEvent? {
                while let step = steps.popFirst() {
                    switch step {
                    case .event(let event): return event
                    case .failure(let error): throw error
                    case .action(let action): try await action()
                    case .waitForCancellation:
                        let (never, continuation) = AsyncStream<Void>.makeStream()
                        for await _ in never {}
                        withExtendedLifetime(continuation) {}
                        throw CancellationError()
                    }
                }
                return nil
            }
        }
    }
}
