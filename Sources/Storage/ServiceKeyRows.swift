internal import Conversations
internal import SQLite

extension ServiceKey {
    /// The columns that ``Statement/serviceKey()`` reads, in its order.
    fileprivate static let columns = "name, owner, hash, created_at, revoked_at"
}

extension Statement {
    fileprivate func serviceKey() -> ServiceKey {
        ServiceKey(
            name: text(0), owner: Owner(rawValue: text(1)), hash: bytes(2), createdAt: Timestamp(rawValue: integer(3)),
            revokedAt: optionalInteger(4).map(Timestamp.init))
    }
}

extension Connection {
    func serviceKeys() throws(SQLiteError) -> [ServiceKey] {
        let statement = try prepared("SELECT \(ServiceKey.columns) FROM service_keys ORDER BY created_at, name")
        defer { statement.reset() }
        var keys: [ServiceKey] = []
        while try statement.step() { keys.append(statement.serviceKey()) }
        return keys
    }

    static let serviceKeyQuery = "SELECT \(ServiceKey.columns) FROM service_keys WHERE name = ?1"

    private func serviceKey(named name: String) throws(SQLiteError) -> ServiceKey? {
        let statement = try prepared(Self.serviceKeyQuery)
        defer { statement.reset() }
        try statement.bind(name)
        return try statement.step() ? statement.serviceKey() : nil
    }

    func add(_ key: ServiceKey) throws -> ServiceKey {
        var key = key
        if let former = try serviceKey(named: key.name) {
            guard former.revokedAt != nil else { throw StoreError.keyNameTaken(key.name) }
            key.owner = former.owner
        }
        try run(
            """
            INSERT INTO service_keys (\(ServiceKey.columns)) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (name) DO UPDATE SET hash = ?3, created_at = ?4, revoked_at = ?5
            """,
            key.name, key.owner.rawValue, key.hash, key.createdAt.rawValue, key.revokedAt?.rawValue)
        return key
    }

    func revokeKey(named name: String, now: Timestamp) throws(SQLiteError) -> ServiceKey? {
        try run("UPDATE service_keys SET revoked_at = ?2 WHERE name = ?1 AND revoked_at IS NULL", name, now.rawValue)
        return try serviceKey(named: name)
    }

    static let keyOwnerQuery = "SELECT owner FROM service_keys WHERE hash = ?1 AND revoked_at IS NULL"

    func owner(ofKeyHash hash: [UInt8]) throws(SQLiteError) -> Owner? {
        try firstText(Self.keyOwnerQuery, hash).map(Owner.init)
    }
}
