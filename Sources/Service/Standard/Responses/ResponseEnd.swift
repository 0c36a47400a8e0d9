internal import Conversations
internal import HTTPTypes
internal import Logging

/// How a response ended.
struct ResponseEnd: Sendable {
    var response: ResponseObject
    /// nil where it is whole, or as long as it was to be.
    var error: ServiceError?
}

extension ResponseEnd {
    /// - Parameter beginning: The response as it began.
    init(of beginning: ResponseObject, after outcome: ReplyOutcome, parts: ServiceParts, logger: Logger) {
        response = beginning
        response.record.ending = ResponseRecord.Ending(outcome, parts: parts, logger: logger)
        switch outcome {
        case .kept(let exchange):
            response.take(exchange.reply)
        case .unkept(let answer):
            response.text = answer.text
            response.provider = answer.provider
            if answer.isComplete {
                response.end(finishedAt: parts.surroundings.now(), reason: answer.finishReason)
            } else {
                response.fail(nil)
            }
        case .lost(let loss):
            response.text = loss.exchange.reply.content
            response.fail(nil)
        case .refused:
            response.fail(nil)
        }
        switch response.status {
        case .completed, .incomplete: break
        case .inProgress, .failed, .cancelled: error = ServiceError(outcome, logger: logger)
        }
    }
}

extension ResponseRecord.Ending {
    init(_ outcome: ReplyOutcome, parts: ServiceParts, logger: Logger) {
        leftOut = outcome.history?.leftOutByLimits ?? 0
        usage = outcome.text.isEmpty ? nil : TokenCounts(outcome, estimate: parts.tokens)
        isCancelled = outcome.wasStopped && !parts.replies.isClosing
        guard !isCancelled, let error = ServiceError(outcome, logger: logger) else { return }
        failure = ResponseRecord.Failure(
            code: error.status == .tooManyRequests ? "rate_limit_exceeded" : "server_error",
            type: error.code ?? "internal_error", message: error.message)
    }
}

extension ReplyOutcome {
    /// What the provider was told; nil where nobody was asked.
    fileprivate var history: History? {
        switch self {
        case .kept(let exchange): exchange.history
        case .unkept(let answer): answer.history
        case .lost(let loss): loss.exchange.history
        case .refused: nil
        }
    }

    /// Somebody stopped it: its client, which left, or the service, which ends.
    fileprivate var wasStopped: Bool {
        switch self {
        case .kept(let exchange): exchange.ending.isStop
        case .unkept(let answer): answer.ending.isStop
        case .refused, .lost: false
        }
    }
}

extension Exchange.Ending {
    fileprivate var isStop: Bool {
        switch self {
        case .stopped, .readerLeft: true
        case .complete, .failed: false
        }
    }
}
