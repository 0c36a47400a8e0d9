internal import Conversations
internal import HTTPTypes
internal import Logging

extension ServiceError {
    /// What the client is told of a reply that is not whole; nil of one that is.
    init?(_ outcome: ReplyOutcome, logger: Logger) {
        switch outcome {
        case .kept(let exchange):
            self.init(
                exchange.ending, of: exchange.reply.provider ?? "", isStored: true,
                hasText: !exchange.reply.content.isEmpty)
        case .unkept(let answer):
            self.init(answer.ending, of: answer.provider, isStored: false, hasText: !answer.text.isEmpty)
        case .refused(let error): self.init(error, logger: logger)
        case .lost(let loss):
            self.init(loss.cause, logger: logger)
            // What was said is stored, though the reply to it is not.
            if status != .notFound { self = .internalError }
            headers[.shouldRetry] = "false"
        }
    }

    private init?(_ ending: Exchange.Ending, of provider: String, isStored: Bool, hasText: Bool) {
        switch ending {
        case .complete: return nil
        case .failed(let error): self.init(error, of: provider, isStored: isStored, hasText: hasText)
        case .stopped where isStored: self = .replyStopped
        case .stopped: self = .shuttingDown
        case .readerLeft: self = .clientLeft
        }
    }

    /// Somebody stopped it, or the service ends.
    private static let replyStopped = ServiceError(
        .serviceUnavailable, type: "api_error", code: "reply_stopped",
        "The reply was stopped before its end: what had come of it is kept.", headers: [.shouldRetry: "false"])

    /// Nobody hears this; the log does.
    static let clientLeft = ServiceError(
        HTTPResponse.Status(code: 499, reasonPhrase: "Client Closed Request"), type: "invalid_request_error", code: nil,
        "The client has left.")
}
