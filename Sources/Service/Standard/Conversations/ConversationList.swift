internal import Conversations

/// An owner's conversations that are in use, a page at a time: all of them, or those in which some words stand.
struct ConversationList {
    let store: any ServiceStore
    let owner: Owner
    /// What is looked for, as a person types it; nil for everything.
    let words: String?

    /// How many hits are looked at before the chats are looked through instead.
    private static var maximumHits: Int { 2000 }

    /// - Returns: the page, and whether there are more behind it.
    /// - Throws: ``ServiceError`` where `after` is no conversation of the owner's.
    func page(_ page: PageQuery) async throws -> ([Chat], Bool) {
        var query = ChatQuery()
        query.order = page.order == .descending ? .newestFirst : .oldestFirst
        query.limit = page.limit
        if let after = page.after {
            guard let id = ChatID(conversationName: after), let chat = try await store.chat(id, of: owner) else {
                throw ServiceError.unknownCursor(after)
            }
            query.after = ChatCursor(updatedAt: chat.updatedAt, id: chat.id)
        }
        guard let words, !words.isEmpty else {
            let found = try await store.chats(matching: query, of: owner)
            return (found.chats, found.next != nil)
        }
        return try await chats(with: words, matching: query, upTo: page.limit)
    }

    // MARK: - With words in them

    private func chats(with words: String, matching query: ChatQuery, upTo limit: Int) async throws -> ([Chat], Bool) {
        var found = try await chatsOfFewHits(words, matching: query)
        if found == nil { found = try await chatsLookedThrough(for: words, matching: query, upTo: limit + 1) }
        let chats = found ?? []
        return (Array(chats.prefix(limit)), chats.count > limit)
    }

    /// Words that do not stand in many places name their chats themselves.
    ///
    /// - Returns: all of them behind the cursor; nil where there are too many hits.
    private func chatsOfFewHits(_ words: String, matching query: ChatQuery) async throws -> [Chat]? {
        var search = SearchQuery(.typed(words))
        search.limit = Self.maximumHits
        let hits = try await self.hits(search)
        guard !hits.hasMore else { return nil }
        var chats: [ChatID: Chat] = [:]
        for hit in hits.hits where !hit.chat.archived { chats[hit.chat.id] = hit.chat }
        let isDescending = query.order == .newestFirst
        return chats.values.filter { chat in
            guard let after = query.after else { return true }
            return isDescending ? chat.place < after.place : after.place < chat.place
        }
        .sorted { isDescending ? $1.place < $0.place : $0.place < $1.place }
    }

    /// Of words that stand everywhere, the first chats have some.
    private func chatsLookedThrough(
        for words: String, matching query: ChatQuery, upTo limit: Int
    ) async throws -> [Chat] {
        var query = query
        var chats: [Chat] = []
        while true {
            let page = try await store.chats(matching: query, of: owner)
            for chat in page.chats {
                var search = SearchQuery(.typed(words))
                search.chat = chat.id
                search.limit = 1
                guard try await !hits(search).hits.isEmpty else { continue }
                chats.append(chat)
                if chats.count == limit { return chats }
            }
            guard let next = page.next else { return chats }
            query.after = next
        }
    }

    private func hits(_ search: SearchQuery) async throws -> SearchPage {
        do {
            return try await store.search(search, of: owner)
        } catch StoreError.badSearch(let reason) {
            throw ServiceError.wrongValue(of: "q", wanted: "words to look for (\(reason))")
        }
    }
}

/// Where a chat stands in a list: by when something was last said, and then by its id.
private struct ListPlace: Comparable {
    var updatedAt: Timestamp
    var id: ChatID

    static func < (one: ListPlace, other: ListPlace) -> Bool {
        one.updatedAt != other.updatedAt
            ? one.updatedAt < other.updatedAt : one.id.rawValue.utf8.lexicographicallyPrecedes(other.id.rawValue.utf8)
    }
}

extension Chat {
    fileprivate var place: ListPlace { ListPlace(updatedAt: updatedAt, id: id) }
}

extension ChatCursor {
    fileprivate var place: ListPlace { ListPlace(updatedAt: updatedAt, id: id) }
}
