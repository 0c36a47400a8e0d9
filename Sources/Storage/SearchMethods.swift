package import Conversations
internal import SQLite

extension SQLiteConversationStore {
    package func search(_ query: SearchQuery, of owner: Owner) async throws(StoreError) -> SearchPage {
        let now = surroundings.now()
        return try await reading { try $0.search(query, owner: owner, now: now) }
    }
}

extension Connection {
    /// Looks for messages and titles, by the index or, for signs that it does not have, by the texts.
    func search(_ query: SearchQuery, owner: Owner, now: Timestamp) throws -> SearchPage {
        let tokenizer = try IndexedText.tokenizer(of: self)
        let expression = try SearchExpression(query.text, tokenizer: tokenizer)
        var page = SearchPage(hits: [])
        var range = MessageKey.everyKey
        var chats: [Int64]?
        if let id = query.chat {
            guard let key = try chatRow(id, owner: owner)?.key else { return page }
            range = MessageKey.title(ofChat: key)...MessageKey.key(chat: key, seq: MessageKey.maximumSeq)
            chats = [key]
        }
        var rows: [SearchedRow]
        do {
            if query.order == .byRank, let match = expression.match {
                let ranked = try RankedRows.find(query, match: match, in: range, owner: owner, connection: self)
                page.rankedOnly = ranked.isCut ? RankedRows.compared : nil
                page.hasMore = ranked.hasMore
                rows = ranked.rows
            } else {
                rows = try newestRows(query, expression, in: range, ofChats: chats, owner: owner)
                // One more than asked for tells whether the answer goes on.
                if rows.count > max(query.limit, 0) {
                    rows.removeLast()
                    page.hasMore = true
                    page.next = query.order == .newestFirst ? rows.last?.place.cursor : nil
                }
            }
        } catch let error as SQLiteError where expression.isRaw && error.isOfStatement {
            throw StoreError.badSearch(error.message)
        }
        page.hits = try hits(of: rows, matching: TextMatcher(expression, tokenizer: tokenizer), now: now)
        return page
    }

    private func newestRows(
        _ query: SearchQuery, _ expression: SearchExpression, in range: ClosedRange<Int64>, ofChats keys: [Int64]?,
        owner: Owner
    ) throws -> [SearchedRow] {
        let limit = min(max(query.limit, 0), .max - 1) + 1
        if let match = expression.match {
            var matching = try IndexedRows(expression, match: match, in: range, of: self)
            let chats = try keys ?? matching.chats(limit: limit)
            return try newestRows(query, limit: limit, ofChats: chats, owner: owner, with: &matching)
        }
        guard !expression.signs.isEmpty else { return [] }
        var matching = RowsWithSigns(signs: expression.signs, connection: self)
        return try newestRows(query, limit: limit, ofChats: keys, owner: owner, with: &matching)
    }

    private func newestRows(
        _ query: SearchQuery, limit: Int, ofChats keys: [Int64]?, owner: Owner, with matching: inout some MatchingRows
    ) throws -> [SearchedRow] {
        var chats =
            try keys.map { try SearchedChats($0, of: query, owner: owner, in: self) }
            ?? SearchedChats(of: query, owner: owner, in: self)
        defer { chats.end() }
        return try NewestRows.find(query, limit: limit, among: &chats, with: &matching, in: self)
    }

    /// The messages and titles of these rows, with what was found in them.
    private func hits(of rows: [SearchedRow], matching matcher: TextMatcher, now: Timestamp) throws -> [SearchHit] {
        var chats: [Int64: ChatRow] = [:]
        var hits: [SearchHit] = []
        for row in rows {
            let key = MessageKey.chat(ofKey: row.key)
            guard let chat = try chats[key] ?? chatRow(key: key) else { continue }
            chats[key] = chat
            var message: Message?
            var text = chat.chat.title
            if row.place.seq > 0 {
                guard let found = try self.message(row.place.seq, of: chat, now: now) else { continue }
                text = found.content
                message = found
                message?.content = ""
            }
            let snippet = SnippetCutting.snippet(of: text, around: try matcher.matches(in: text))
            hits.append(SearchHit(chat: chat.chat, message: message, snippet: snippet, score: row.score))
        }
        return hits
    }
}
