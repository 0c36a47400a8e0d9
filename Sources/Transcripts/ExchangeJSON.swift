package import Conversations
package import JSON

extension JSONWriter {
    /// An exchange: the members of the shape of Docs/CommandLine.md, for every command and route that writes one.
    package mutating func exchange(_ exchange: Exchange) {
        key("chat")
        chat(exchange.chat)
        key("message")
        message(exchange.message)
        key("reply")
        message(exchange.reply)
        object("history") { $0.history(exchange.history) }
        array("attempts") { json in
            for attempt in exchange.attempts {
                json.object { json in
                    json.member("provider", attempt.provider)
                    json.member("outcome", attempt.result.outcome.rawValue)
                }
            }
        }
    }

    /// How much of the past a provider was told.
    package mutating func history(_ history: History) {
        member("sent", history.sent)
        member("left_out", history.leftOut)
    }
}
