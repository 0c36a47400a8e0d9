/// A chat in a file that is to be brought in: its messages tell which chat they are of.
struct BroughtChat {
    let title: String

    private var turns: [(message: String, reply: String)] {
        (1...3).map { ("Turn \($0) of \(title)", "Reply \($0) of \(title)" + String(repeating: " word", count: 600)) }
    }

    /// As a line of JSON. It has an id of its own, so that the same is brought in by every run.
    var json: String {
        let id = title.lowercased().map { $0 == " " ? "-" : String($0) }.joined()
        let messages = turns.flatMap { turn in
            [("user", turn.message), ("assistant", turn.reply)].map { #"{"role":"\#($0)","content":"\#($1)"}"# }
        }
        return #"{"id":"\#(id)","title":"\#(title)","created_at":"2025-06-01T12:00:00.000Z","messages":["#
            + messages.joined(separator: ",") + "]}"
    }

    var talk: Ledger.Talk {
        Ledger.Talk(title: title, turns: turns.map { Ledger.Turn($0.message, reply: $0.reply, standing: .kept) })
    }
}
