import Conversations
import Support
import Testing

@testable import Storage

struct ServiceKeyTests {
    let scratch: ScratchStore
    var store: SQLiteConversationStore { scratch.store }

    init() async throws {
        scratch = try await ScratchStore()
    }

    private func key(_ name: String, owner: String? = nil, hash: UInt8) -> ServiceKey {
        ServiceKey(
            name: name, owner: Owner(rawValue: owner ?? name), hash: Array(repeating: hash, count: 32),
            createdAt: scratch.world.now)
    }

    @Test func `a key lets its owner in, and no other does`() async throws {
        #expect(try await store.keys() == [])
        let first = try await store.add(key("first", owner: "local", hash: 0))
        scratch.world.advance(by: .seconds(1))
        let phone = try await store.add(key("a phone", hash: 1))
        #expect(try await store.keys() == [first, phone])
        #expect(try await store.owner(ofKeyHash: first.hash) == .local)
        #expect(try await store.owner(ofKeyHash: phone.hash)?.rawValue == "a phone")
        for hash in [[], Array(repeating: 2, count: 32), Array(first.hash.dropLast())] as [[UInt8]] {
            #expect(try await store.owner(ofKeyHash: hash) == nil)
        }
        #expect(try await store.statistics().serviceKeys == 2)
    }

    @Test func `a revoked key lets nobody in, and stays revoked since when it was`() async throws {
        let phone = try await store.add(key("phone", hash: 1))
        scratch.world.advance(by: .seconds(1))
        var revoked = phone
        revoked.revokedAt = scratch.world.now
        #expect(try await store.revoke(name: "phone") == revoked)
        scratch.world.advance(by: .seconds(1))
        #expect(try await store.revoke(name: "phone") == revoked)
        #expect(try await store.revoke(name: "Phone") == nil)
        #expect(try await store.owner(ofKeyHash: phone.hash) == nil)
        #expect(try await store.keys() == [revoked])
        #expect(try await store.statistics().serviceKeys == 0)
    }

    @Test func `a name is given once, and again when its key was revoked, to the same owner`() async throws {
        let first = try await store.add(key("first", owner: "local", hash: 1))
        await #expect(throws: StoreError.keyNameTaken("first")) { try await store.add(key("first", hash: 2)) }
        #expect(try await store.keys() == [first])
        _ = try await store.revoke(name: "first")
        scratch.world.advance(by: .seconds(1))
        let second = try await store.add(key("first", hash: 2))
        #expect(second == key("first", owner: "local", hash: 2))
        #expect(try await store.keys() == [second])
        #expect(try await store.owner(ofKeyHash: first.hash) == nil)
        #expect(try await store.owner(ofKeyHash: second.hash) == .local)
    }

    @Test func `all programs know of it at once`() async throws {
        let other = try await ScratchStore(besides: scratch)
        let phone = try await store.add(key("phone", hash: 1))
        #expect(try await other.store.owner(ofKeyHash: phone.hash) == phone.owner)
        _ = try await other.store.revoke(name: "phone")
        #expect(try await store.owner(ofKeyHash: phone.hash) == nil)
        await other.store.close()
    }
}
