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
    /// regard to case; a part of just one's title. Where several ids begin so, a whole title may still decide;
    /// otherwise the first step that finds several names the candidates.
    package func resolve(
        in store: any ConversationStore, for owner: Owner
    ) async throws(StoreError) -> Resolution {
        if self == .last {
            return try await store.latestChat(of: owner).map(Resolution.one) ?? .none
        }
        guard !text.isEmpty else { return .none }
        if let chat = try await store.chat(ChatID(rawValue: text), of: owner) { return .one(chat) }

        let byID = try await chats(named: [.idBeginning(text), .shortID(text)], in: store, for: owner)
        if byID.count == 1 { return .one(byID[0]) }
        let byTitle = try await chats(named: [.title(text)], in: store, for: owner)
        if byTitle.count == 1 { return .one(byTitle[0]) }
        for candidates in [byID, byTitle] where !candidates.isEmpty { return .ambiguous(candidates) }
        let byPart = try await chats(named: [.titlePart(text)], in: store, for: owner)
        return byPart.isEmpty ? .none : byPart.count == 1 ? .one(byPart[0]) : .ambiguous(byPart)
    }

    /// The chats that one of the names fits, each once, the last active first.
    private func chats(
        named names: [ChatName], in store: any ConversationStore, for owner: Owner
    ) async throws(StoreError) -> [Chat] {
        var found: [Chat] = []
        for name in names {
            for chat in try await store.chats(named: name, of: owner, limit: Self.maximumCandidates)
            where !found.contains(where: { $0.id == chat.id }) {
                found.append(chat)
            }
        }
        found.sort { ($0.updatedAt, $0.id.rawValue) > ($1.updatedAt, $1.id.rawValue) }
        return Array(found.prefix(Self.maximumCandidates))
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
