import Conversations
import JSON
import Transcripts

extension Chat {
    /// The chat without its messages, on a line.
    var json: [UInt8] {
        JSONWriter.line { json in
            json.chatMembers(self)
            json.member("messages", messageCount)
        }
    }
}
