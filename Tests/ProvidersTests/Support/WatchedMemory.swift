import Conversations
import Support

/// A memory that lets everything through to a real one and notes who asks for a nonce; or one over a file that cannot be
/// written.
struct WatchedMemory: ProviderMemory {
    let memory: any ProviderMemory
    var isReadOnly = false
    /// Who asked to renew a nonce, each time.
    let claims = Recorded<String>()

    private func write() throws(StoreError) {
        if isReadOnly { throw .readOnly(path: "/parley.db") }
    }

    func nonce(of site: String) async throws(StoreError) -> Nonce? { try await memory.nonce(of: site) }

    func claimRenewal(
        of site: String, refused: String?, by renewer: String, now: Timestamp, until: Timestamp
    ) async throws(StoreError) -> RenewalClaim {
        try write()
        let claim = try await memory.claimRenewal(of: site, refused: refused, by: renewer, now: now, until: until)
        claims.append(renewer)
        return claim
    }

    func keep(_ nonce: Nonce, of site: String) async throws(StoreError) {
        try write()
        try await memory.keep(nonce, of: site)
    }

    func giveUpRenewal(of site: String, by renewer: String) async throws(StoreError) {
        try write()
        try await memory.giveUpRenewal(of: site, by: renewer)
    }

    func facts(of site: String) async throws(StoreError) -> [String: String] { try await memory.facts(of: site) }

    func remember(_ facts: [String: String?], of site: String, now: Timestamp) async throws(StoreError) {
        try write()
        try await memory.remember(facts, of: site, now: now)
    }

    func open(_ attempt: ProviderAttempt, process: String) async throws(StoreError) -> ProviderAttempt {
        try write()
        return try await memory.open(attempt, process: process)
    }

    func close(_ attempt: ProviderAttempt) async throws(StoreError) {
        try write()
        try await memory.close(attempt)
    }
}
