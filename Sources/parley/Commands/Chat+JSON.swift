import Conversations
import JSON
import Transcripts

// Chats as programs read them.

extension Chat {
    /// The chat without its messages, on a line.
    var json: [UInt8] {
        JSONWriter.line { json in
            json.chatMembers(self)
            json.member("messages", messageCount)
        }
    }
}

extension ChatPage {
    var json: [UInt8] {
        JSONWriter.line { json in
            json.array("chats") { json in
                for chat in chats { json.chat(chat) }
            }
            json.member("next", next?.text)
        }
    }
}
