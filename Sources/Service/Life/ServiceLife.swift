internal import Conversations
package import Logging
internal import ServiceLifecycle

/// The service from its start to its end: the server, the clock of its streams, and how both end.
///
/// Asked to end, it takes no more connections and begins no more replies; those that are being written may go on for a
/// while, and are then stopped and kept as far as they came.
package struct ServiceLife: ServiceLifecycle.Service {
    private let server: ServiceServer
    private let parts: ServiceParts
    private let logger: Logger

    /// Clients that take nothing any more are left behind so long after the last reply has ended.
    private static let lastWords = Duration.seconds(3)

    package init(server: ServiceServer, parts: ServiceParts, logger: Logger) {
        self.server = server
        self.parts = parts
        self.logger = logger
    }

    package func run() async throws {
        let replies = parts.replies
        let clock = Task { await replies.watch() }
        defer { clock.cancel() }
        let serving = Task { try await server.run() }
        let ending = Task {
            guard (try? await gracefulShutdown()) != nil else { return }
            await endReplies()
            guard (try? await parts.surroundings.sleep(Self.lastWords)) != nil else { return }
            serving.cancel()
        }
        defer { ending.cancel() }
        try await withTaskCancellationHandler {
            try await serving.value
            // It ends by itself only where the system gives it no more connections.
            guard Task.isShuttingDownGracefully else { throw server.unexpectedEnd }
            // Those whose clients have left keep nobody's connection open.
            await replies.drain()
            await parts.erasures.end()
        } onCancel: {
            serving.cancel()
            replies.stopAll()
        }
    }

    private func endReplies() async {
        let replies = parts.replies
        replies.close()
        if replies.count > 0 { logger.info("waiting for \(replies.count) replies to end") }
        let limit = Task {
            try await parts.surroundings.sleep(parts.limits.shutdownLimit)
            if replies.count > 0 {
                logger.notice("stopping \(replies.count) replies: what has come of them is kept")
                replies.stopAll()
            }
        }
        // Other answers, a large export for one, have that long, too.
        await withTaskCancellationHandler {
            try? await limit.value
            await replies.drain()
        } onCancel: {
            limit.cancel()
        }
    }
}
