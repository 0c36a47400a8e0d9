internal import HTTPTypes

/// What has come and gone on one connection, and what is to be done when something is wrong with what came.
struct ConnectionState: Equatable {
    enum Action: Equatable {
        case nothing
        /// Whoever reads the request's body hears of it, and answers.
        case passOn(ServiceError)
        /// Nobody else will: it is told, and the connection closed.
        case answer(ServiceError)
        /// The last word has been said.
        case close
    }

    /// The most of a body that nobody wants which is still read, so that the connection can be used again.
    private static let maximumUnwantedBytes = 64 << 10

    /// Requests that began and whose answers have not ended.
    private var unanswered = 0
    /// A request has begun, and not all of it has come.
    private(set) var isReading = false
    /// The rest of what is being read may be large.
    private var restMayBeLarge = false
    /// What comes behind this request is no request any more.
    private var isLastRequest = false
    /// The answer that is being written is the last.
    private var isLastAnswer = false
    /// To be told after the answers that go before.
    private var fault: ServiceError?
    /// Nothing that comes now means anything any more.
    private(set) var isDeaf = false

    /// - Returns: what is to be done with a request that nobody is to see.
    mutating func receiveHead(_ head: HTTPRequest) -> Action {
        let encoding = head.headerFields[.transferEncoding]
        // Where a body ends is told by its length or in chunks, and by nothing that only some would understand.
        guard encoding == nil || encoding?.lowercased() == "chunked" else { return receive(.malformed) }
        unanswered += 1
        isReading = true
        isLastRequest = head.method == .connect || head.headerFields[.upgrade] != nil
        let length = head.headerFields[.contentLength].flatMap(Int.init)
        restMayBeLarge =
            length.map { $0 > Self.maximumUnwantedBytes } ?? (encoding != nil)
        return .nothing
    }

    mutating func receiveEnd() {
        isReading = false
    }

    /// What came makes no sense, or does not go on.
    mutating func receive(_ error: ServiceError) -> Action {
        if isDeaf { return .nothing }
        if isReading { return .passOn(error) }
        isDeaf = true
        if unanswered == 0 { return .answer(error) }
        fault = error
        return .nothing
    }

    /// - Returns: whether the head has to say that the connection closes.
    mutating func sendHead(_ head: HTTPResponse) -> Bool {
        // Those that come before the one that answers, such as 100, end nothing.
        guard head.status.kind != .informational else { return false }
        isLastAnswer =
            head.headerFields[.connection] == "close" || unanswered == 1 && isLastRequest || isReading && restMayBeLarge
        return isLastAnswer
    }

    mutating func sendEnd() -> Action {
        unanswered -= 1
        if isLastAnswer {
            isDeaf = true
            return .close
        }
        guard unanswered == 0, let fault else { return .nothing }
        return .answer(fault)
    }
}
