/// What to look for in messages and titles, and where. All conditions must hold.
package struct SearchQuery: Equatable, Sendable {
    package enum Text: Equatable, Sendable {
        /// As a person types it.
        case typed(String)
        /// In the query language of the store's engine.
        case raw(String)
    }

    package enum Order: Sendable {
        /// By when it was said.
        case newestFirst
        /// The best match first.
        case byRank
    }

    package var text: Text
    package var order = Order.newestFirst
    package var chat: ChatID?
    /// Titles have no role.
    package var role: Role?
    /// In chats that this provider answered last.
    package var provider: String?
    /// Said at this moment or later.
    package var since: Timestamp?
    /// Said before this moment.
    package var until: Timestamp?
    /// Goes on after this place of an earlier answer, newest first.
    package var before: SearchCursor?
    /// The most hits to give.
    package var limit = 20

    package init(_ text: Text) {
        self.text = text
    }
}

/// A place in an answer: the last hit that was shown.
package struct SearchCursor: Equatable, Sendable {
    package var time: Timestamp
    package var chat: ChatID
    /// 0 for the chat's title.
    package var seq: Int

    package init(time: Timestamp, chat: ChatID, seq: Int) {
        self.time = time
        self.chat = chat
        self.seq = seq
    }

    /// For other programs to hand back; what is in it is nobody else's business.
    package var text: String { "\(time.rawValue).\(seq).\(chat.rawValue)" }

    /// Nil where the text is no cursor.
    package init?(text: String) {
        let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let time = Int64(parts[0]), let seq = Int(parts[1]), seq >= 0, !parts[2].isEmpty
        else { return nil }
        self.init(time: Timestamp(rawValue: time), chat: ChatID(rawValue: String(parts[2])), seq: seq)
    }
}

/// What was found.
package struct SearchPage: Equatable, Sendable {
    package var hits: [SearchHit]
    /// Where the answer goes on if there is more; nil by rank, where there is no going on.
    package var next: SearchCursor?
    /// There were more hits than were asked for.
    package var hasMore: Bool
    /// By rank: there were more hits than are compared with one another, and only so many of the newest were.
    package var rankedOnly: Int?

    package init(
        hits: [SearchHit], next: SearchCursor? = nil, hasMore: Bool = false, rankedOnly: Int? = nil
    ) {
        self.hits = hits
        self.next = next
        self.hasMore = hasMore
        self.rankedOnly = rankedOnly
    }
}

/// A message, or a chat's title, in which all that was looked for stands.
package struct SearchHit: Equatable, Sendable {
    package var chat: Chat
    /// Without its text; nil where the chat's title was found.
    package var message: Message?
    package var snippet: Snippet
    /// How well it matches, more is better; nil where hits are not compared.
    package var score: Double?

    package init(chat: Chat, message: Message?, snippet: Snippet, score: Double? = nil) {
        self.chat = chat
        self.message = message
        self.snippet = snippet
        self.score = score
    }
}

/// A piece of a text around what was found in it: whole characters, on one line.
package struct Snippet: Equatable, Sendable {
    package var text: String
    /// What was found, as ranges of UTF-8 offsets in the text, in order, none touching another.
    package var marks: [Range<Int>]
    /// There is more of the message before, and after it.
    package var isCutBefore: Bool
    package var isCutAfter: Bool

    package init(text: String, marks: [Range<Int>], isCutBefore: Bool, isCutAfter: Bool) {
        self.text = text
        self.marks = marks
        self.isCutBefore = isCutBefore
        self.isCutAfter = isCutAfter
    }
}
