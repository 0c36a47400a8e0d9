internal import Conversations
internal import HTTPTypes
internal import Logging

extension ServiceError {
    /// What a client is told of any error. What it may not know goes to the log, without what was said.
    init(_ error: any Error, logger: Logger) {
        switch error {
        case let error as ServiceError: self = error
        case let error as StoreError: self.init(error, logger: logger)
        case let error as HistoryError: self.init(error)
        case let error as TurnError: self.init(error)
        case let error as ChatLabelError: self.init(error)
        case is ReplyPipe.ReaderLeft: self = .clientLeft
        case is CancellationError: self = .shuttingDown
        default:
            logger.error("a request failed", metadata: ["error": .string("\(Swift.type(of: error))")])
            self = .internalError
        }
    }

    init(_ error: StoreError, logger: Logger) {
        switch error {
        case .noSuchChat: self = .notFound("conversation_not_found", "There is no such conversation.")
        case .noSuchMessage: self = .notFound("item_not_found", "There is no such item.")
        case .chatBusy, .chatChanged: self = .conversationLocked
        case .chatFull(_, let limit):
            self = .invalid("array_above_max_length", "A conversation takes no more than \(limit) messages.")
        case .databaseBusy:
            logger.warning("the database is locked by another program")
            self = ServiceError(
                .serviceUnavailable, type: "server_error", code: "database_busy",
                "The server is busy: try again.", headers: [.retryAfter: "1"])
        default:
            // The engine's own words may hold a path; they are for the log of whoever runs the service.
            logger.error("the database failed", metadata: ["error": .string("\(error)")])
            self = .internalError
        }
    }
}
