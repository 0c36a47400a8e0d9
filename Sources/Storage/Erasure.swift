internal import Conversations
private import Glibc
internal import SQLite

// The end of a deletion. SQLite overwrites what is deleted from the tables (`secure_delete`), and three places still have
// of it. The index marks a row as deleted in a new segment and drops its words when that is merged with the one they are
// in: so all segments are merged into one. Where chats were gone on with after later ones had begun, rows were moved to
// other pages and may have left copies behind, in space that is not overwritten: the file is written anew. And the log
// has the pages as they were: so it is moved into the file and emptied. Several deletions share one such end.

extension Connection {
    /// How much of the index is merged in one transaction, in pages: others get to write between two.
    private static let pagesAtOnce = 500

    /// Does away with what is left of deleted chats.
    ///
    /// Steps are transactions of their own, so that this may be interrupted anywhere; the next call goes on.
    ///
    /// - Parameters:
    ///   - limit: How large the file may be to be written anew, in bytes.
    ///   - progress: Told how far it has come, from 0 to 1.
    func finishErasure(limit: Int64, progress: (Double) -> Void) throws -> ErasureOutcome {
        guard let position = try position(of: .erase) else { return .complete }
        // An index that was set aside still has all its words, and has none of what was deleted when it is made anew.
        try catchUpIndex { _ in }
        if try self.position(of: .index) == 0 { throw RowError(detail: "the index of words cannot be made anew") }
        try mergeIndex(progress: progress)
        let isRewritten = try rewriteIfDue(limit: limit)
        // Whatever is left to compacting, the log need not keep what was deleted.
        let isLogEmpty = try emptyLog()
        guard isRewritten else { return .leftToCompacting }
        guard isLogEmpty else { return .heldUp }
        try BusyRetry.run { try transaction(.immediate) { try finish(.erase, at: position) } }
        progress(1)
        return .complete
    }

    /// Writes the file anew, in one transaction, where rows may have left copies.
    ///
    /// - Returns: false where the file is larger than the limit, or there is no room for it.
    private func rewriteIfDue(limit: Int64) throws -> Bool {
        guard let rewriting = try position(of: .rewrite) else { return true }
        guard try number("PRAGMA page_count") * number("PRAGMA page_size") <= limit else { return false }
        do {
            try BusyRetry.run { try execute("VACUUM") }
        } catch let error as SQLiteError where error.isFull {
            return false
        }
        try BusyRetry.run { try transaction(.immediate) { try finish(.rewrite, at: rewriting) } }
        return true
    }

    // MARK: - The index

    /// Merges all of the index's segments into one, in which nothing that was deleted is.
    /// <https://www.sqlite.org/fts5.html#the_merge_command>
    private func mergeIndex(progress: (Double) -> Void) throws {
        let pages = max(try number("SELECT count(*) FROM message_index_data"), 1)
        // A negative number begins a merge of everything there is; positive ones go on with it.
        var step = -Self.pagesAtOnce
        var done = 0
        while true {
            let changesBefore = totalChanges
            let isMerging = try BusyRetry.run {
                try transaction(.immediate) {
                    try run("INSERT INTO message_index (message_index, rank) VALUES ('merge', ?1)", step)
                    return try isIndexMerging()
                }
            }
            guard isMerging else { return }
            // The command itself counts as a change. Where it did no more, others' segments stand in the way: all that
            // there is now is merged.
            step = totalChanges - changesBefore < 2 ? -Self.pagesAtOnce : Self.pagesAtOnce
            done += Self.pagesAtOnce
            progress(min(Double(done) / Double(pages), 0.9))
        }
    }

    /// Whether a merge of the index's segments is under way, as the record of them tells: of each level how many of its
    /// segments are being merged, and how many there are, and then three numbers a segment.
    /// <https://www.sqlite.org/src/file/ext/fts5/fts5_index.c> (structure record)
    private func isIndexMerging() throws -> Bool {
        let statement = try prepared("SELECT block FROM message_index_data WHERE id = 10")
        defer { statement.reset() }
        guard try statement.step() else { return false }
        // Behind a cookie of 4 bytes: levels, segments, and a counter of writes.
        var numbers = VariableLengthIntegers(statement.bytes(0).dropFirst(4))
        guard let levels = numbers.next(), numbers.next() != nil, numbers.next() != nil else { return false }
        for _ in 0..<levels {
            guard let merging = numbers.next(), let segments = numbers.next() else { return false }
            if merging > 0 { return true }
            for _ in 0..<segments * 3 where numbers.next() == nil { return false }
        }
        return false
    }

    // MARK: - The log

    /// Moves the log into the file and empties it.
    ///
    /// - Returns: false where others went on reading from it. Replies that stream are not held up for it.
    func emptyLog() throws(SQLiteError) -> Bool {
        setBusyTimeout(milliseconds: 100)
        defer { waitForLocks() }
        for attempt in 1...20 {
            if try checkpoint() { return true }
            if attempt < 20 { usleep(.random(in: 1000...50_000)) }
        }
        return false
    }

    private func checkpoint() throws(SQLiteError) -> Bool {
        let statement = try prepared("PRAGMA wal_checkpoint(TRUNCATE)")
        defer { statement.reset() }
        return try statement.step() && statement.integer(0) == 0
    }
}
