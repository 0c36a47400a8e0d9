/// The keys by which programs are let in to the service. A key itself is kept nowhere: whoever has it knows it.
///
/// Each method is one transaction.
package protocol ServiceKeys: Sendable {
    /// All of them, those that were revoked too, the oldest first.
    func keys() async throws(StoreError) -> [ServiceKey]
    /// Adds a key. A name whose key was revoked may be given again: whoever has the new key has the chats of the old one.
    ///
    /// - Returns: the key as it is kept: of a name that is given again, the owner is who it was.
    /// - Throws: ``StoreError/keyNameTaken(_:)`` where a key of this name is in use.
    @discardableResult
    func add(_ key: ServiceKey) async throws(StoreError) -> ServiceKey
    /// Lets nobody in by this key any more. Its owner's chats stay. One that was revoked already stays as it is.
    ///
    /// - Returns: the key as it is then; nil where there is none of this name.
    func revoke(name: String) async throws(StoreError) -> ServiceKey?
    /// Whose the key is that has this hash; nil where there is none, or it was revoked.
    func owner(ofKeyHash hash: [UInt8]) async throws(StoreError) -> Owner?
}

/// One key of the service, without the key.
package struct ServiceKey: Equatable, Sendable {
    /// What people call it; no two keys have one.
    package var name: String
    /// Whose chats it opens.
    package var owner: Owner
    /// SHA-256 of the key: 32 bytes.
    package var hash: [UInt8]
    package var createdAt: Timestamp
    /// nil for one that is good.
    package var revokedAt: Timestamp?

    package init(
        name: String, owner: Owner, hash: [UInt8], createdAt: Timestamp, revokedAt: Timestamp? = nil
    ) {
        self.name = name
        self.owner = owner
        self.hash = hash
        self.createdAt = createdAt
        self.revokedAt = revokedAt
    }
}
