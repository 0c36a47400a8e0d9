/// How much the service takes on.
package struct ServiceLimits: Sendable {
    /// Of a request's body, in bytes.
    package var maximumBodyBytes = 8 << 20
    /// Of all header fields of a request together, in bytes.
    package var maximumHeaderBytes = 32 << 10
    /// Connections at once; others wait in the system's queue.
    package var maximumConnections = 4096
    /// Replies that are written at once.
    package var maximumReplies = 2048
    /// From its head to the end of its body, a request takes no longer.
    package var requestTimeout = Duration.seconds(60)
    /// A connection on which nothing is asked for so long is closed.
    package var idleTimeout = Duration.seconds(60)
    /// A stream in which nothing comes gets a sign of life after each of these.
    package var keepAliveInterval = Duration.seconds(15)
    /// The status line of a stream is held back for so long, that a failure before any text be an ordinary error.
    package var acceptanceLimit = Duration.seconds(5)
    /// A client that takes nothing of what waits for it for so long is dropped.
    package var stallLimit = Duration.seconds(30)
    /// How long replies may go on when the service is to end.
    package var shutdownLimit = Duration.seconds(20)
    /// How long a request waits for another's reply in the same chat.
    package var patience = Duration.seconds(2)

    package init() {}
}
