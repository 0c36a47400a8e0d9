package import Conversations
internal import SQLite

// What is kept for the providers, each promise one transaction of the connection's.
extension SQLiteConversationStore: ProviderMemory {
    package func nonce(of site: String) async throws(StoreError) -> Nonce? {
        try await reading { try $0.nonce(of: site) }
    }

    package func claimRenewal(
        of site: String, refused: String?, by renewer: String, now: Timestamp, until: Timestamp
    ) async throws(StoreError) -> RenewalClaim {
        try await writing(heedingCancellation: true) { [surroundings] connection in
            // The wait for the file's lock may have lasted: a lease counts from the moment at which it is written.
            let waited = max(surroundings.now().rawValue - now.rawValue, 0)
            return try connection.claimRenewal(
                of: site, refused: refused, by: renewer, now: now.advanced(byMilliseconds: waited),
                until: until.advanced(byMilliseconds: waited))
        }
    }

    package func keep(_ nonce: Nonce, of site: String) async throws(StoreError) {
        try await writing(heedingCancellation: true) { try $0.keep(nonce, of: site) }
    }

    package func giveUpRenewal(of site: String, by renewer: String) async throws(StoreError) {
        try await writing(heedingCancellation: true) { try $0.giveUpRenewal(of: site, by: renewer) }
    }

    package func facts(of site: String) async throws(StoreError) -> [String: String] {
        try await reading { try $0.facts(of: site) }
    }

    package func remember(_ facts: [String: String?], of site: String, now: Timestamp) async throws(StoreError) {
        try await writing(heedingCancellation: true) { try $0.remember(facts, of: site, now: now) }
    }

    @discardableResult
    package func open(_ attempt: ProviderAttempt, process: String) async throws(StoreError) -> ProviderAttempt {
        try await writing(heedingCancellation: true) { [surroundings] connection in
            let now = surroundings.now()
            let waited = max(now.rawValue - attempt.startedAt.rawValue, 0)
            var begun = attempt
            begun.startedAt = attempt.startedAt.advanced(byMilliseconds: waited)
            begun.expiresAt = attempt.expiresAt?.advanced(byMilliseconds: waited)
            try connection.open(begun, process: process, now: now)
            return begun
        }
    }

    package func close(_ attempt: ProviderAttempt) async throws(StoreError) {
        try await writing(heedingCancellation: true) { [surroundings] in
            try $0.close(attempt, at: surroundings.now(), jitter: surroundings.jitter())
        }
    }
}
