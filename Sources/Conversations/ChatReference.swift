/// What a person types to name a chat: `last`, an id, the beginning or the short form of one, or a title.
package struct ChatReference: Equatable, Sendable {
    package var text: String

    package init(_ text: String) {
        self.text = text
    }

    /// The chat last used.
    package static let last = ChatReference("last")

    /// The most candidates that an ambiguous reference lists.
    package static let maximumCandidates = 10

    package enum Resolution: Equatable, Sendable {
        case one(Chat)
        case none
        /// Several fit: the first few of them, the last active first.
        case ambiguous([Chat])
    }

    /// Finds the chat: `last`; the whole id; the beginning or short form of just one; the title of just one, without
    /// regard to case; a part of just one's title. Where a step finds several, a later one may still decide; if none
    /// does, the first such step names the candidates.
    package func resolve(
        in store: any ConversationStore, for owner: Owner
    ) async throws(StoreError) -> Resolution {
        if self == .last {
            return try await store.latestChat(of: owner).map(Resolution.one) ?? .none
        }
        guard !text.isEmpty else { return .none }
        if let chat = try await store.chat(ChatID(rawValue: text), of: owner) { return .one(chat) }

        var candidates: [Chat] = []
        // One more than are shown would fit as well: that there are several is all that matters here.
        let limit = Self.maximumCandidates
        for names in [[ChatName.idBeginning(text), .shortID(text)], [.title(text)], [.titlePart(text)]] {
            var found: [Chat] = []
            for name in names {
                for chat in try await store.chats(named: name, of: owner, limit: limit)
                where !found.contains(where: { $0.id == chat.id }) {
                    found.append(chat)
                }
            }
            if found.count == 1 { return .one(found[0]) }
            if candidates.isEmpty {
                candidates = found.sorted { ($0.updatedAt, $0.id.rawValue) > ($1.updatedAt, $1.id.rawValue) }
            }
        }
        return candidates.isEmpty ? .none : .ambiguous(Array(candidates.prefix(limit)))
    }
}

/// The ways in which a store finds a chat by what people call it.
package enum ChatName: Equatable, Sendable {
    /// An id that begins so, in either case.
    case idBeginning(String)
    /// An id whose last 8 characters these are, in either case.
    case shortID(String)
    /// Exactly this title, case apart.
    case title(String)
    /// A title that has this in it, case apart.
    case titlePart(String)
}
