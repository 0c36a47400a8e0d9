internal import Conversations
internal import HTTPTypes
package import Logging

/// Puts every answered request into the log: never what was said in it.
package struct RequestLog: RequestObserver {
    package init() {}

    package func answered(_ request: AnsweredRequest, logger: Logger) {
        // Those who watch over the service ask all day.
        let level: Logger.Level = ["/healthz", "/readyz", "/metrics"].contains(request.route) ? .debug : .info
        logger.log(
            level: level, "answered",
            metadata: [
                "method": .string(request.method.rawValue), "route": .string(request.route),
                "status": .stringConvertible(request.status.code),
                "milliseconds": .stringConvertible(Int(request.duration.milliseconds)),
            ])
    }
}
