private import Synchronization

/// Puts a streaming reply on disk beside its stream: whoever receives text never waits for the store.
///
/// It holds the whole reply: whoever streams one bounds it.
final class ReplyKeeper: Sendable {
    private let store: any ConversationStore
    private let surroundings: Surroundings
    private let journal: Mutex<ReplyJournal>
    /// Why nothing more of the reply can ever be kept; nil while it can.
    private let loss = Mutex<StoreError?>(nil)
    private let reply: OpenReply
    /// Something may be due now; text waits that will be due soon.
    private let wakes, waits: AsyncStream<Void>
    private let wake, wait: AsyncStream<Void>.Continuation

    init(store: any ConversationStore, reply: OpenReply, surroundings: Surroundings) {
        self.store = store
        self.surroundings = surroundings
        self.reply = reply
        journal = Mutex(ReplyJournal(at: surroundings.uptime()))
        (wakes, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (waits, wait) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// All text received.
    var text: String { journal.withLock(\.text) }

    /// - Throws: where nothing more can ever be kept, so that the reply need not go on.
    func receive(_ piece: String) throws(StoreError) {
        if let loss = loss.withLock({ $0 }) { throw loss }
        let time = surroundings.uptime()
        switch journal.withLock({ $0.receive(piece, at: time) }) {
        case .now: wake.yield()
        case .soon: wait.yield()
        case .pending: break
        }
    }

    /// Writes checkpoints and renews the lease until the task is cancelled.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // What waited when this was said may be written by now, and younger text wait instead.
                for await _ in self.waits {
                    guard let due = self.journal.withLock(\.textIsDueAt) else { continue }
                    let left = due - self.surroundings.uptime()
                    if left > .zero { try? await self.surroundings.sleep(left) }
                    self.wake.yield()
                }
            }
            group.addTask {
                while (try? await self.surroundings.sleep(ReplyJournal.renewalInterval)) != nil { self.wake.yield() }
            }
            for await _ in wakes { await writeDue() }
            group.cancelAll()
        }
    }

    private func writeDue() async {
        let time = surroundings.uptime()
        guard let due = journal.withLock({ $0.takeDue(at: time) }) else { return }
        var renewed = reply
        renewed.leaseUntil = surroundings.now().advanced(by: ReplyJournal.leaseLength)
        do {
            try await store.keep(due.piece, number: due.number, of: renewed)
        } catch {
            switch error {
            case .leaseLost, .noSuchChat: loss.withLock { $0 = error }
            default: break
            }
            // A checkpoint that fails is not the end of the reply: the closing write carries the whole text, and it is
            // that one's failure which matters. Until then the text goes with the next one, so that there is no hole.
            journal.withLock { $0.putBack(due.piece, at: time) }
            wait.yield()
        }
    }
}
