import Conversations
import Glibc
import Synchronization
import Terminal

/// A signal stopped an exchange before anything of it was written down.
struct StoppedBeforehand: Error {
    var signal: Int32
}

/// One user talking: where the messages go, who answers, and what is said about it.
struct Conversation: Sendable {
    let store: any ConversationStore
    let health: any ProviderHealth
    let memory: any ProviderMemory
    let surroundings: Surroundings
    /// Who is asked, in this order; at least one.
    let providers: [any ChatProvider]
    let limits: HistoryLimits
    let notices: Notices
    let signals: Signals

    /// Says something and shows the reply.
    ///
    /// - Returns: the exchange, and the signal that stopped it, if one did.
    func exchange(
        _ request: ExchangeRequest, printer: ReplyPrinter
    ) async throws -> (exchange: Exchange, signal: Int32?) {
        let manager = SessionManager(
            store: store, health: health, memory: memory, builder: HistoryBuilder(limits: limits),
            surroundings: surroundings)
        let answering = Answering()
        let waiting = Task { try await tellOfWaiting(for: answering) }
        defer { waiting.cancel() }
        let (result, signal) = try await signals.guarding { [self] () async throws -> Result<Exchange, any Error> in
            do {
                let exchange = try await manager.exchange(request, with: providers) { event in
                    switch event {
                    case .waiting(let chat):
                        notices.notice("waiting for the reply that is being written in \(chat.short); Ctrl-C stops")
                    case .began(let open, let history):
                        answering.name = open.reply.provider ?? ""
                        tell(history)
                    case .text(let piece):
                        waiting.cancel()
                        try printer.show(piece, from: answering.name)
                    case .again(let attempt, let history, let error):
                        tell(of: attempt, history, after: error, by: answering.name)
                        answering.name = attempt.provider
                    case .passedOver(let name, let condition, let asked):
                        if let notice = PassedOver(name, condition, asking: asked).line(at: surroundings.now()) {
                            notices.notice(notice)
                        }
                    case .notice(let notice): notices.notice(notice)
                    case .status(let status): notices.detail(status)
                    }
                }
                waiting.cancel()
                try Self.toleratingReaders { try printer.finish(exchange) }
                if exchange.isComplete && exchange.reply.finishReason == "length" {
                    notices.notice("the reply was cut where the model had to stop; ask for the rest")
                }
                return .success(exchange)
            } catch let error as ReplyNotKept {
                // The reply was had: the user gets to see all of it before the bad news.
                var exchange = error.exchange
                let failure = Failure(error)
                exchange.reply.status = .interrupted
                exchange.reply.error = MessageError(code: failure.code, message: failure.message)
                try Self.toleratingReaders { try printer.finish(exchange) }
                return .failure(error)
            } catch let error where Task.isCancelled && Self.isEndOfWaiting(error) {
                return .failure(error)
            }
        }
        if let signal, case .failure(let error) = result, Self.isEndOfWaiting(error) {
            throw StoppedBeforehand(signal: signal)
        }
        return (try result.get(), signal)
    }

    /// The error of one who was stopped while they waited for their turn in the chat, or for other programs' writes.
    private static func isEndOfWaiting(_ error: any Error) -> Bool {
        if case StoreError.databaseBusy = error { return true }
        return error is CancellationError
    }

    /// A reader that has left, or stands still when all is to end, wants no more and no complaint.
    private static func toleratingReaders(_ write: () throws -> Void) throws {
        do { try write() } catch let error where error as? OutputError == .closed || Task.isCancelled {}
    }

    /// How long a person looks at nothing before a word is due.
    private static let patience = Duration.seconds(8)

    /// Tells a person at a terminal, once, that nothing has come so far.
    private func tellOfWaiting(for answering: Answering) async throws {
        guard TerminalDevice.isTerminal(Notices.descriptor) else { return }
        // Nobody has been asked as long as another's reply is waited for.
        repeat { try await surroundings.sleep(Self.patience) } while answering.name.isEmpty
        notices.notice("waiting for \(answering.name); Ctrl-C stops")
    }

    /// Who has been asked last.
    private final class Answering: Sendable {
        private let state = Mutex("")

        var name: String {
            get { state.withLock { $0 } }
            set { state.withLock { $0 = newValue } }
        }
    }

    private func tell(of attempt: ProviderAttempt, _ history: History, after error: ProviderError, by name: String) {
        let failure = "\(name): \(error.messageError.message)"
        if error.cause == .askAgain(.nonce) {
            notices.notice("\(name) wants a nonce now, and gets one")
        } else if attempt.provider == name {
            notices.detail("\(failure); asking again")
        } else {
            notices.notice("\(failure); asking \(attempt.provider)")
            tell(history)
        }
    }

    private func tell(_ history: History) {
        guard history.leftOutByLimits > 0 else { return }
        notices.notice(
            "\(history.leftOutByLimits) earlier messages are over the history's limits and were not sent: they are kept"
        )
    }
}
