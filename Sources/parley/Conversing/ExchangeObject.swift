import Conversations
import Transcripts

/// An exchange as programs read it.
struct ExchangeObject {
    private let exchange: Exchange

    init(_ exchange: Exchange) {
        self.exchange = exchange
    }

    var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("chat")
            json.chat(exchange.chat)
            json.key("message")
            json.message(exchange.message)
            json.key("reply")
            json.message(exchange.reply)
            json.object("history") { json in
                json.member("sent", exchange.history.sent)
                json.member("left_out", exchange.history.leftOut)
            }
            json.array("attempts") { json in
                for attempt in exchange.attempts {
                    json.object { json in
                        json.member("provider", attempt.provider)
                        json.member("outcome", attempt.result.outcome.rawValue)
                    }
                }
            }
        }
        json.lineEnd()
        return json.take()
    }
}
