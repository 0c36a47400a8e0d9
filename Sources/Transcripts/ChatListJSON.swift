package import Conversations
package import JSON

// Lists of chats as JSON: the shapes of Docs/CommandLine.md, for every command and route that writes one.
extension JSONWriter {
    package mutating func chatPage(_ page: ChatPage) {
        array("chats") { json in
            for chat in page.chats { json.chat(chat) }
        }
        member("next", page.next?.text)
    }

    /// The branches of a chat; `from` is the first message that the branch in view has not.
    package mutating func branches(_ branches: [Branch], of chat: ChatID) {
        member("chat", chat.rawValue)
        array("branches") { json in
            for branch in branches {
                json.object { json in
                    json.member("id", branch.tip.id.description)
                    json.member("seq", branch.tip.id.seq)
                    json.member("messages", branch.messageCount)
                    json.member("in_view", branch.isInView)
                    json.member("from", branch.leavesViewAt)
                    json.member("updated_at", branch.updatedAt)
                    json.member("role", branch.tip.role.rawValue)
                    json.member("status", branch.tip.status.rawValue)
                    json.member("ending", branch.ending)
                }
            }
        }
    }

    /// What has become of chats that were to be erased.
    ///
    /// - Parameter left: Those that were passed over.
    package mutating func deletion(of deleted: [Chat], left: [Chat], _ erasure: ErasureOutcome) {
        ids("deleted", of: deleted)
        ids("left", of: left)
        member("erased", erasure == .complete)
    }

    package mutating func ids(_ name: StaticString, of chats: [Chat]) {
        array(name) { json in
            for chat in chats { json.string(chat.id.rawValue) }
        }
    }
}

extension Branch {
    /// When something was last said in it.
    package var updatedAt: Timestamp { tip.finishedAt ?? tip.createdAt }

    /// The beginning of what its last message says, in one line.
    package var ending: String {
        let text = tip.content.isEmpty ? tip.error.map { "\(tip.status.rawValue): \($0.message)" } ?? "" : tip.content
        return String(text.prefix(80).map { $0.isNewline ? " " : $0 })
    }
}
