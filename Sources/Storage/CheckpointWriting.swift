package import Conversations
internal import SQLite
private import Synchronization

extension SQLiteConversationStore {
    package func keep(_ piece: String, number: Int, of reply: OpenReply) async throws(StoreError) {
        let checkpoint = CheckpointQueue.Checkpoint(piece: piece, number: number, reply: reply)
        let outcome: CheckpointQueue.Outcome
        if let joined = await checkpoints.join(checkpoint) {
            outcome = joined
        } else {
            outcome = await lead(checkpoint)
        }
        try outcome.get()
    }

    /// Writes a checkpoint, and all that wait when its turn has come, in one transaction.
    private func lead(_ checkpoint: CheckpointQueue.Checkpoint) async -> CheckpointQueue.Outcome {
        // Taken when the writer is ours, and once, however often the transaction is run.
        let taken = Mutex<[CheckpointQueue.Follower]?>(nil)
        let take = { @Sendable [checkpoints] in
            taken.withLock { taken in
                let followers = taken ?? checkpoints.takeFollowers()
                taken = followers
                return followers
            }
        }
        var outcomes: [CheckpointQueue.Outcome] = []
        do {
            outcomes = try await writing { [surroundings] connection in
                try ([checkpoint] + take().map(\.checkpoint)).map { checkpoint in
                    try connection.keep(checkpoint, now: surroundings.now())
                }
            }
        } catch {
            outcomes = Array(repeating: .failure(error), count: take().count + 1)
        }
        for (follower, outcome) in zip(take(), outcomes.dropFirst()) { follower.end(outcome) }
        return outcomes[0]
    }
}

extension Connection {
    /// Keeps a piece of a reply among those of others: one whose lease is lost does not keep them from being written.
    fileprivate func keep(
        _ checkpoint: CheckpointQueue.Checkpoint, now: Timestamp
    ) throws -> CheckpointQueue.Outcome {
        do {
            // The wait for the file's lock may have lasted: a lease counts from the moment at which it is written.
            var reply = checkpoint.reply
            reply.leaseUntil = max(reply.leaseUntil, now.advanced(by: ReplyJournal.leaseLength))
            try keep(checkpoint.piece, number: checkpoint.number, of: reply)
            return .success(())
        } catch let error as StoreError {
            return .failure(error)
        }
    }
}
