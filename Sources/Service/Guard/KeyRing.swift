package import Conversations
internal import Synchronization

/// Knows whose a key is: one that was given at the start, or one of those that are kept.
package final class KeyRing: Sendable {
    private struct Remembered {
        var owner: Owner
        var until: Duration
    }

    /// The terminal's, by its hash.
    private let given: [UInt8]?
    private let store: any ServiceKeys
    private let uptime: @Sendable () -> Duration
    private let remembered = Mutex<[[UInt8]: Remembered]>([:])

    /// A key that was good is taken for good for so long without another look: one that is revoked lets nobody in after it.
    static let memory = Duration.seconds(1)
    private static let maximumRemembered = 1024

    /// - Parameter given: The hash of the key that came from outside; nil for none.
    package init(given: [UInt8]?, store: any ServiceKeys, uptime: @escaping @Sendable () -> Duration) {
        self.given = given
        self.store = store
        self.uptime = uptime
    }

    /// Whose the key is that has this hash; nil where it is no good one.
    func owner(ofKeyHash hash: [UInt8]) async throws(StoreError) -> Owner? {
        if let given, Self.areEqual(given, hash) { return .local }
        let now = uptime()
        if let known = remembered.withLock({ $0[hash] }), known.until > now { return known.owner }
        let owner = try await store.owner(ofKeyHash: hash)
        remembered.withLock { remembered in
            if remembered.count >= Self.maximumRemembered { remembered.removeAll() }
            remembered[hash] = owner.map { Remembered(owner: $0, until: now + Self.memory) }
        }
        return owner
    }

    /// Takes as long whether they are alike or not.
    private static func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        guard one.count == other.count else { return false }
        var difference: UInt8 = 0
        for index in one.indices { difference |= one[index] ^ other[index] }
        return difference == 0
    }
}
