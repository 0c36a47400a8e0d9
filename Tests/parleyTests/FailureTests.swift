import Conversations
import Testing

@testable import parley

/// Each error has its exit status, and tells what happened and what to do.
struct FailureTests {
    private static let id = ChatID(rawValue: "01m7y41m9k46bf74qqxdceqrtz")
    private static let path = "/somewhere/parley.db"

    static let table: [(error: any Error & Sendable, status: Int32)] = [
        (StoreError.noSuchChat(id), 66), (StoreError.chatBusy(id), 75), (StoreError.chatChanged(id), 75),
        (StoreError.leaseLost(id), 75), (StoreError.chatFull(id, limit: 9), 65), (StoreError.chatExists(id), 65),
        (StoreError.databaseBusy(path: path), 75), (StoreError.diskFull(path: path), 74),
        (StoreError.readOnly(path: path), 74),
        (StoreError.permissionDenied(path: path), 77),
        (StoreError.cannotOpen(path: path, reason: "it is a folder"), 74),
        (StoreError.notADatabase(path: path), 74), (StoreError.foreignDatabase(path: path), 74),
        (StoreError.damaged(path: path, detail: "page 3"), 74),
        (StoreError.newerSchema(path: path, version: 9, known: 1), 74),
        (StoreError.changedMigration(path: path, version: 1, name: "a"), 74),
        (StoreError.failed(path: path, detail: "x"), 74),
        (HistoryError.messageTooLarge(bytes: 9, limit: 8), 65),
        (HistoryError.messageTooLong(characters: 9, limit: 8), 65),
        (OutputError.failed("no space"), 74), (CancellationError(), 70),
    ]

    @Test(arguments: table.indices)
    func `an error has its status and its line`(index: Int) {
        let (error, status) = Self.table[index]
        let failure = Failure(error)
        #expect(failure.status == status)
        #expect(failure.message.contains(": "))
        #expect(!failure.message.contains("\n"))
        #expect(failure.code.allSatisfy { $0.isLowercase || $0 == "_" })
    }

    @Test func `a reader that has left is no failure`() {
        #expect(Failure(OutputError.closed).status == 0)
    }

    @Test func `line ends in what an error quotes do not break its line`() {
        let failure = Failure(StoreError.failed(path: "/a\nb", detail: "c\nd"))
        #expect(String(decoding: failure.json, as: UTF8.self).filter { $0 == "\n" }.count == 1)
    }
}
