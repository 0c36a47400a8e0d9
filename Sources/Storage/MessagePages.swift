internal import Conversations
internal import SQLite

// Pages of a branch. The way from its tip is gone by the rows' keys and parents; texts are read of what is on the page.
extension Connection {
    static let pathQuery = """
        SELECT key, parent, CASE WHEN status IN ('failed', 'interrupted') AND role = 'assistant' THEN content = '' END
        FROM messages WHERE key BETWEEN ?1 AND ?2 ORDER BY key DESC
        """

    /// A page of the branch in view.
    func messages(of row: ChatRow, page: MessagePageQuery, now: Timestamp) throws -> MessagePage {
        precondition(page.limit > 0, "a page of nothing")
        // One more than asked for tells whether the list goes on.
        let seqs =
            switch page.order {
            case .newestFirst: try seqs(of: row, before: page.after, atMost: page.limit, now: now)
            case .oldestFirst: try Array(seqs(of: row, after: page.after, now: now).reversed())
            }
        let messages = try seqs.prefix(page.limit).compactMap { try message($0, of: row, now: now) }
        return MessagePage(messages: messages, hasMore: seqs.count > page.limit)
    }

    /// Newest first, those before this one, and one more than so many.
    private func seqs(of row: ChatRow, before end: Int?, atMost limit: Int, now: Timestamp) throws -> [Int] {
        var seqs: [Int] = []
        var isBefore = end == nil
        try walk(row, now: now) { seq, isNothing in
            if isBefore {
                if !isNothing { seqs.append(seq) }
            } else {
                isBefore = seq == end
            }
            return seqs.count <= limit
        }
        guard isBefore else { throw StoreError.noSuchMessage(MessageID(chat: row.chat.id, seq: end ?? 0)) }
        return seqs
    }

    /// Newest first, all those after this one.
    private func seqs(of row: ChatRow, after start: Int?, now: Timestamp) throws -> [Int] {
        var seqs: [Int] = []
        var isAtStart = start == nil
        try walk(row, now: now) { seq, isNothing in
            if seq == start {
                isAtStart = true
            } else if !isNothing {
                seqs.append(seq)
            }
            return seq != start
        }
        guard isAtStart else { throw StoreError.noSuchMessage(MessageID(chat: row.chat.id, seq: start ?? 0)) }
        return seqs
    }

    /// Goes from the tip of the branch in view to its first message.
    ///
    /// - Parameter take: Gets each message's number, and whether it is a reply that ended before any text came. Says whether
    ///   to go on.
    private func walk(_ row: ChatRow, now: Timestamp, _ take: (Int, Bool) throws -> Bool) throws {
        guard var wanted = row.chat.head else { return }
        let statement = try prepared(Self.pathQuery)
        defer { statement.reset() }
        try statement.bind(
            MessageKey.key(chat: row.key, seq: 0),
            MessageKey.key(chat: row.key, seq: min(max(wanted, 0), MessageKey.maximumSeq)))
        let abandoned = row.isBusy(at: now) ? nil : row.openReply
        while try statement.step() {
            let key = statement.integer(0)
            let seq = MessageKey.seq(ofKey: key)
            guard seq == wanted else { continue }
            let isNothing = seq == abandoned ? try parts(ofMessage: key).isEmpty : statement.integer(2) != 0
            guard try take(seq, isNothing), let parent = statement.optionalInteger(1) else { return }
            wanted = Int(parent)
        }
    }
}
