import Conversations
import Glibc

/// One user talking: where the messages go, who answers, and what is said about it.
struct Conversation: Sendable {
    let store: any ConversationStore
    let surroundings: Surroundings
    let provider: any ChatProvider
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
            store: store, builder: HistoryBuilder(limits: limits), surroundings: surroundings)
        let (result, signal) = try await signals.guarding { [self] () async throws -> Result<Exchange, any Error> in
            do {
                let exchange = try await manager.exchange(request, with: provider) { event in
                    switch event {
                    case .began(_, let history): tell(history)
                    case .text(let piece): try printer.show(piece)
                    case .notice(let notice): notices.notice(notice)
                    }
                }
                try Self.toleratingReaders { try printer.finish(exchange) }
                return .success(exchange)
            } catch let error as ReplyNotKept {
                // The reply was had: the user gets to see all of it before the bad news.
                var exchange = error.exchange
                let failure = Failure(error)
                exchange.reply.status = .interrupted
                exchange.reply.error = MessageError(code: failure.code, message: failure.message)
                try Self.toleratingReaders { try printer.finish(exchange) }
                return .failure(error)
            }
        }
        return (try result.get(), signal)
    }

    /// A reader that has left, or stands still when all is to end, wants no more and no complaint.
    private static func toleratingReaders(_ write: () throws -> Void) throws {
        do { try write() } catch let error where error as? OutputError == .closed || Task.isCancelled {}
    }

    private func tell(_ history: History) {
        guard history.leftOutByLimits > 0 else { return }
        notices.notice(
            "\(history.leftOutByLimits) earlier messages are over the history's limits and were not sent: they are kept"
        )
    }
}
