/// What is noted of a reply while it comes in from one try.
struct ReplyIntake {
    private(set) var usage: TokenUsage?
    private(set) var finishReason: String?
    /// The whole text as the provider gave it at the end; nil where the pieces are all there is.
    private(set) var wholeText: String?

    /// Takes in what comes until one of the ways in which a reply ends.
    ///
    /// - Parameter show: Is given each text, notice and status, and awaited. What it throws ends the intake and is thrown on.
    mutating func receive(
        _ events: some AsyncSequence<ProviderEvent, any Error>, measuring meter: AttemptMeter,
        show: (ProviderEvent) async throws -> Void
    ) async throws -> Exchange.Ending {
        var iterator = events.makeAsyncIterator()
        while true {
            let event: ProviderEvent?
            do {
                event = try await iterator.next(isolation: #isolation)
            } catch {
                return Exchange.Ending(after: error)
            }
            switch event {
            case .text(let piece):
                guard !piece.isEmpty else { break }
                meter.received(text: piece)
                try await show(.text(piece))
            case .usage(let usage): self.usage = usage
            case .notice, .status: if let event { try await show(event) }
            case .finish(let reason, let text):
                finishReason = reason
                // An end without text takes nothing back of what has come.
                wholeText = text.flatMap { $0.isEmpty ? nil : $0 }
                if !meter.hasText, let whole = wholeText { meter.received(text: whole) }
                return meter.hasText ? .complete : .failed(ProviderError(.empty))
            case nil:
                return Task.isCancelled ? .stopped : .failed(ProviderError(.endedEarly))
            }
        }
    }
}

extension Exchange.Ending {
    /// How a try ends with an error of its provider's.
    init(after error: any Error) {
        // Whatever a stream that was cancelled says: it was cancelled.
        if error is CancellationError || Task.isCancelled {
            self = .stopped
        } else if let error = error as? ProviderError {
            self = .failed(error)
        } else if case HistoryError.messageTooLong(let characters, let limit) = error {
            self = .failed(ProviderError(.tooLong(characters: characters, limit: limit)))
        } else {
            // Its words may hold anything, a secret even: only what it is gets written down.
            self = .failed(ProviderError(.unreachable, "\(type(of: error))"))
        }
    }
}
