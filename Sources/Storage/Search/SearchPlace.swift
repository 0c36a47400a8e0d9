internal import Conversations

/// Where a hit stands in an answer: later ones come first.
struct SearchPlace: Comparable {
    /// When it was said, in milliseconds since 1970; of a title, when something was last said in its chat.
    var time: Int64
    var chat: String
    /// 0 for the title.
    var seq: Int

    init(time: Int64, chat: String, seq: Int) {
        self.time = time
        self.chat = chat
        self.seq = seq
    }

    init(_ cursor: SearchCursor) {
        self.init(time: cursor.time.rawValue, chat: cursor.chat.rawValue, seq: cursor.seq)
    }

    var cursor: SearchCursor {
        SearchCursor(time: Timestamp(rawValue: time), chat: ChatID(rawValue: chat), seq: seq)
    }

    static func < (one: SearchPlace, other: SearchPlace) -> Bool {
        if one.time != other.time { return one.time < other.time }
        if one.chat != other.chat { return one.chat < other.chat }
        return one.seq < other.seq
    }
}

/// A row of the index that is in the answer.
struct SearchedRow {
    var key: Int64
    var place: SearchPlace
    /// More is better; nil where hits are not compared.
    var score: Double?
}
