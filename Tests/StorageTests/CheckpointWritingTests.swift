import Conversations
import Migrations
import SQLite
import Support
import Testing

@testable import Storage

/// Checkpoints of many replies that wait for the writer at once.
@Suite(.timeLimit(.minutes(1)))
struct CheckpointWritingTests {
    let scratch: ScratchStore
    var store: SQLiteConversationStore { scratch.store }

    init() async throws {
        scratch = try await ScratchStore()
    }

    private static let count = 40

    /// How many commits are in the log. <https://www.sqlite.org/fileformat2.html#walformat>
    private func commits() throws -> Int {
        let log = try Files.read(scratch.path + "-wal")
        let frames = stride(from: 32, to: log.count, by: 24 + 4096)
        return frames.count { start in log[start + 4..<start + 8].contains { $0 != 0 } }
    }

    private func waiting(_ count: Int) async throws {
        while store.checkpoints.waiting < count { await Task.yield() }
    }

    /// Has every reply keep a piece while another program holds the file's lock.
    private func keepAtOnce(
        _ opens: [OpenExchange], whileLocked body: () throws -> Void = {}
    ) async throws -> [Result<Void, any Error>] {
        let connection = try scratch.connection()
        try connection.execute("BEGIN IMMEDIATE")
        return try await withThrowingTaskGroup(of: (Int, Result<Void, any Error>).self) { group in
            for (index, open) in opens.enumerated() {
                group.addTask { [self] in
                    do {
                        try await store.keep("piece \(index)", number: 1, of: scratch.right(to: open))
                        return (index, .success(()))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            try await waiting(opens.count - 1)
            try body()
            try connection.execute("ROLLBACK")
            var results: [Int: Result<Void, any Error>] = [:]
            for try await (index, result) in group { results[index] = result }
            return opens.indices.compactMap { results[$0] }
        }
    }

    private func openExchanges() async throws -> [OpenExchange] {
        var opens: [OpenExchange] = []
        for _ in 0..<Self.count { opens.append(try await scratch.begin(.new(scratch.newChat()))) }
        return opens
    }

    @Test func `they are written in one commit, each to its reply`() async throws {
        let opens = try await openExchanges()
        let before = try commits()
        scratch.world.advance(by: .seconds(2))
        let results = try await keepAtOnce(opens)
        #expect(results.count == Self.count && results.allSatisfy { (try? $0.get()) != nil })
        #expect(try commits() == before + 1)
        for (index, open) in opens.enumerated() {
            #expect(try await store.message(open.reply.id, of: .local)?.content == "piece \(index)")
        }
        let lease = scratch.world.now.advanced(by: .seconds(5)).rawValue
        #expect(try scratch.number("SELECT count(*) FROM chats WHERE lease_until = \(lease)") == Int64(Self.count))
    }

    @Test func `one whose lease is lost fails alone`() async throws {
        let opens = try await openExchanges()
        let lost = opens[Self.count / 2]
        _ = try await store.finish(scratch.right(to: lost), with: scratch.ending(lost, "whole"))
        let results = try await keepAtOnce(opens)
        for (open, result) in zip(opens, results) {
            if open == lost {
                #expect(throws: StoreError.leaseLost(lost.chat.id)) { try result.get() }
            } else {
                #expect(throws: Never.self) { try result.get() }
            }
        }
        #expect(try scratch.number("SELECT count(*) FROM message_parts") == Int64(Self.count - 1))
        #expect(try await store.message(lost.reply.id, of: .local)?.content == "whole")
    }

    @Test func `what keeps the transaction from being done is told to all, and nothing is written`() async throws {
        let opens = try await openExchanges()
        try scratch.execute("INSERT INTO schema_migrations VALUES (9999, 'later', 'x', 0)")
        let results = try await keepAtOnce(opens)
        for result in results {
            #expect(
                throws: StoreError.newerSchema(path: scratch.path, version: 9999, known: Migration.all.count)
            ) { try result.get() }
        }
        #expect(results.count == Self.count)
        #expect(try scratch.number("SELECT count(*) FROM message_parts") == 0)
        try scratch.execute("DELETE FROM schema_migrations WHERE version = 9999")
        #expect(try await keepAtOnce(opens).allSatisfy { (try? $0.get()) != nil })
    }

    @Test func `pieces of many replies that come all the time are all kept, in order`() async throws {
        let opens = try await openExchanges()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for open in opens {
                group.addTask { [self] in
                    for number in 1...20 {
                        try await store.keep("\(number),", number: number, of: scratch.right(to: open))
                    }
                }
            }
            try await group.waitForAll()
        }
        let text = (1...20).map { "\($0)," }.joined()
        for open in opens { #expect(try await store.message(open.reply.id, of: .local)?.content == text) }
    }
}
