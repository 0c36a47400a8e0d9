internal import Conversations

/// How a reply began: what is known of it when its client is answered.
struct ReplyOpening: Sendable {
    /// What was written down; nil where nothing is kept, or the request was refused.
    var began: OpenExchange?
    /// What its model is told; nil likewise.
    var history: History?
    /// What came first, the end perhaps; nil where the provider has said nothing within the limit. The pipe has the rest.
    var first: ReplyPipe.Event?

    /// How it ended where it was over at once without being whole: then the status can still say so.
    var failure: ReplyOutcome? {
        guard case .ended(let outcome) = first, outcome.isFailure else { return nil }
        return outcome
    }
}

extension ReplyPipe {
    /// Waits for what decides which status a stream is answered with: the first text or the end. Where it throws, or the
    /// opening is a failure, nothing is to be read any more.
    ///
    /// - Parameters:
    ///   - limit: How long to wait; beyond that, only for what is kept to be written down.
    ///   - isKept: The exchange is one of which everything is kept.
    /// - Throws: ``ReaderLeft`` where the client has left, or `CancellationError`.
    func opening(within limit: Duration, isKept: Bool, surroundings: Surroundings) async throws -> ReplyOpening {
        do {
            let opening = try await waitForOpening(within: limit, isKept: isKept, surroundings: surroundings)
            try Task.checkCancellation()
            if opening.failure != nil { leave() }
            return opening
        } catch {
            leave()
            throw error
        }
    }

    private func waitForOpening(
        within limit: Duration, isKept: Bool, surroundings: Surroundings
    ) async throws -> ReplyOpening {
        let opening = try await withThrowingTaskGroup(of: ReplyOpening?.self) { group in
            group.addTask { try await self.opening(isOverOnceBegan: false) }
            group.addTask {
                try? await surroundings.sleep(limit)
                return nil
            }
            // Whoever comes second is cancelled. That takes no event from the pipe: what was handed over is looked at.
            var found = ReplyOpening()
            while let next = try await group.next() {
                if let next { found = next }
                group.cancelAll()
            }
            return found
        }
        guard isKept, opening.began == nil, opening.first == nil else { return opening }
        return try await self.opening(isOverOnceBegan: true)
    }

    /// - Parameter isOverOnceBegan: Do not wait for the provider.
    /// - Returns: what had come where the task was cancelled.
    private func opening(isOverOnceBegan: Bool) async throws -> ReplyOpening {
        var opening = ReplyOpening()
        while true {
            let event: Event
            do {
                event = try await next()
            } catch is CancellationError {
                return opening
            }
            switch event {
            case .began(let open, let history):
                opening.began = open
                opening.history = history
                if isOverOnceBegan { return opening }
            case .text, .ended:
                opening.first = event
                return opening
            case .silence: break
            }
        }
    }

    /// Waits for the end, for a client that wants nothing before.
    ///
    /// - Throws: as ``next()`` does.
    func outcome() async throws -> ReplyOutcome {
        defer { leave() }
        while true {
            if case .ended(let outcome) = try await next() { return outcome }
        }
    }
}
