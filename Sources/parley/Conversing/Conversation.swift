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
        do {
            let (exchange, signal) = try await signals.guarding { [self] in
                try await manager.exchange(request, with: provider) { event in
                    switch event {
                    case .began(_, let history): tell(history)
                    case .text(let piece): try printer.show(piece)
                    case .notice(let notice): notices.notice(notice)
                    }
                }
            }
            try Self.ignoringClosedOutput { try printer.finish(exchange) }
            return (exchange, signal)
        } catch let error as ReplyNotKept {
            // The reply was had: the user gets to see all of it before the bad news.
            var exchange = error.exchange
            let failure = Failure(error)
            exchange.reply.error = MessageError(code: failure.code, message: failure.message)
            try Self.ignoringClosedOutput { try printer.finish(exchange) }
            throw error
        }
    }

    private func tell(_ history: History) {
        guard history.leftOutByLimits > 0 else { return }
        notices.notice(
            "\(history.leftOutByLimits) earlier messages are over the history's limits and were not sent: they are kept"
        )
    }

    /// A reader that has left wants no more, and no complaint.
    private static func ignoringClosedOutput(_ write: () throws -> Void) throws {
        do { try write() } catch OutputError.closed {}
    }
}
