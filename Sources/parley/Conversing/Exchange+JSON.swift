import Conversations
import JSON
import Transcripts

extension Exchange {
    /// The exchange as programs read it.
    var json: [UInt8] {
        JSONWriter.line { json in
            json.key("chat")
            json.chat(chat)
            json.key("message")
            json.message(message)
            json.key("reply")
            json.message(reply)
            json.object("history") { json in
                json.member("sent", history.sent)
                json.member("left_out", history.leftOut)
            }
            json.array("attempts") { json in
                for attempt in attempts {
                    json.object { json in
                        json.member("provider", attempt.provider)
                        json.member("outcome", attempt.result.outcome.rawValue)
                    }
                }
            }
        }
    }
}
