internal import Conversations
internal import JSON
internal import Logging
internal import Transcripts

/// An exchange as events: `began`, `text` as often as some comes, and `exchange` at the end, behind an `error` where the reply
/// is not whole.
struct ExchangeEncoding: ReplyEncoding {
    private let opening: ReplyOpening
    private let logger: Logger
    /// Of the text so far, in bytes of UTF-8.
    private var length = 0

    init(_ opening: ReplyOpening, logger: Logger) {
        self.opening = opening
        self.logger = logger
    }

    func begin(_ events: inout EventStreamWriter) {
        guard let open = opening.began else { return }
        events.event("began") { json in
            json.object { json in
                json.key("chat")
                json.chat(open.chat)
                json.key("message")
                json.message(open.message)
                json.key("reply")
                json.message(open.reply)
                if let history = opening.history { json.object("history") { $0.history(history) } }
            }
        }
    }

    mutating func text(_ piece: String, to events: inout EventStreamWriter) {
        events.text(piece, at: length)
        length += piece.utf8.count
    }

    func end(_ outcome: ReplyOutcome, to events: inout EventStreamWriter) {
        if let error = ServiceError(outcome, logger: logger) {
            events.event("error") { json in
                json.object { json in
                    json.key("error")
                    json.errorObject(error)
                }
            }
        }
        switch outcome {
        case .kept(let exchange): events.event("exchange") { $0.object { $0.exchange(exchange) } }
        // What is not on disk is not told as if it were.
        case .lost, .unkept, .refused: break
        }
    }
}

extension EventStreamWriter {
    /// A part of a reply.
    ///
    /// - Parameter offset: Where it begins, in bytes of UTF-8.
    mutating func text(_ piece: String, at offset: Int) {
        event("text") { json in
            json.object { json in
                json.member("offset", offset)
                json.member("text", piece)
            }
        }
    }
}
