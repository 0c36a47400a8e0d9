internal import Conversations
internal import HTTPTypes
internal import JSON

/// `/healthz` and `/readyz`: for those who start the service again when it is gone, and send it nothing before it is ready.
struct LifeRoutes {
    let parts: ServiceParts

    var routes: [Route] {
        [
            Route(.get, "/healthz", access: .open) { _ in Self.status("ok") },
            Route(.get, "/readyz", access: .open) { _ in try await self.readiness() },
        ]
    }

    /// Ready is who can read what is kept, and is not about to end.
    private func readiness() async throws -> ServiceAnswer {
        guard !parts.replies.isClosing else { throw ServiceError.shuttingDown }
        _ = try await parts.store.latestChat(of: .nobody)
        return Self.status("ready")
    }

    private static func status(_ word: String) -> ServiceAnswer {
        .json(JSONWriter.line { $0.member("status", word) })
    }
}
