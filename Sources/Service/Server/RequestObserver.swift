package import HTTPTypes
package import Logging

/// What is told of a request when it has been answered: nothing of what was said in it.
package struct AnsweredRequest: Sendable {
    package var id: String
    package var method: HTTPRequest.Method
    /// The route's pattern, never the path.
    package var route: String
    package var status: HTTPResponse.Status
    package var duration: Duration
}

/// Hears of every answered request.
package protocol RequestObserver: Sendable {
    func answered(_ request: AnsweredRequest, logger: Logger)
}
