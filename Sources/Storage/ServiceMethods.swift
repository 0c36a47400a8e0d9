package import Conversations
internal import SQLite

// What the service keeps beside the conversations, each promise one transaction of the connection's.

extension SQLiteConversationStore: ServiceKeys {
    package func keys() async throws(StoreError) -> [ServiceKey] {
        try await reading { try $0.serviceKeys() }
    }

    @discardableResult
    package func add(_ key: ServiceKey) async throws(StoreError) -> ServiceKey {
        try await writing { try $0.add(key) }
    }

    package func revoke(name: String) async throws(StoreError) -> ServiceKey? {
        try await writing { [surroundings] in try $0.revokeKey(named: name, now: surroundings.now()) }
    }

    package func owner(ofKeyHash hash: [UInt8]) async throws(StoreError) -> Owner? {
        try await reading { try $0.owner(ofKeyHash: hash) }
    }
}

extension SQLiteConversationStore: IdempotentRequests {
    package func begin(
        key: String, requestHash: [UInt8], owner: Owner
    ) async throws(StoreError) -> IdempotentBeginning {
        try await writing { [surroundings] in
            try $0.beginRequest(key: key, requestHash: requestHash, owner: owner, now: surroundings.now())
        }
    }

    package func finish(
        key: String, owner: Owner, with answer: IdempotentAnswer
    ) async throws(StoreError) {
        try await writing { try $0.finishRequest(key: key, owner: owner, with: answer) }
    }

    package func forget(key: String, owner: Owner) async throws(StoreError) {
        try await writing { try $0.forgetRequest(key: key, owner: owner) }
    }
}
