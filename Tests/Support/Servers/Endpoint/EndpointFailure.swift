/// How an OpenAI-compatible endpoint fails.
package enum EndpointFailure: Sendable {
    /// 429, with `Retry-After` in seconds where given.
    case rateLimited(retryAfter: Int?)
    /// 429 that no waiting mends.
    case insufficientQuota
    /// 400: the messages are longer than the model takes.
    case contextLengthExceeded
    /// 500.
    case serverError
    /// An error in place of a chunk, behind so many pieces of text; then the stream's end.
    case errorInStream(afterPieces: Int)
    /// The connection ends behind so many pieces of text, in the middle of a body.
    case cut(afterPieces: Int)
    /// A whole JSON response though a stream was asked for.
    case unstreamed
    /// Anything else.
    case answer(Answer)
}

extension EndpointFailure {
    /// The error that stands in place of a reply; nil for failures of another kind.
    var error: EndpointError? {
        switch self {
        case .rateLimited(let seconds): .rateLimited(retryAfter: seconds)
        case .insufficientQuota: .insufficientQuota
        case .contextLengthExceeded: .contextLengthExceeded
        case .serverError: .server
        case .errorInStream, .cut, .unstreamed, .answer: nil
        }
    }
}
