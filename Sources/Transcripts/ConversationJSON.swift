package import Conversations
package import JSON

// Chats and messages as JSON: the shapes of Docs/Transcripts.md, for every command and format that writes them.
extension JSONWriter {
    /// A chat with how many messages it has, for lists.
    package mutating func chat(_ chat: Chat) {
        object { json in
            json.chatMembers(chat)
            json.member("messages", chat.messageCount)
        }
    }

    /// What is known of a chat beside its messages.
    package mutating func chatMembers(_ chat: Chat) {
        member("id", chat.id.rawValue)
        member("title", chat.title)
        member("created_at", chat.createdAt)
        member("updated_at", chat.updatedAt)
        member("provider", chat.provider)
        member("model", chat.model)
        member("system", chat.system)
        array("tags") { json in
            for tag in chat.tags { json.string(tag) }
        }
        member("pinned", chat.pinned)
        member("archived", chat.archived)
        if let origin = chat.forkedFrom {
            object("forked_from") { json in
                json.member("chat", origin.chat.rawValue)
                json.member("message", origin.description)
            }
        }
        object("metadata") { json in
            // In the order of their bytes, so that the same chat always gives the same bytes.
            for (name, value) in chat.metadata.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
                json.member(name, value)
            }
        }
        member("head", chat.head.map { MessageID(chat: chat.id, seq: $0).description })
    }

    package mutating func message(_ message: Message) {
        object { json in
            json.member("id", message.id.description)
            json.member("parent", message.parent.map { MessageID(chat: message.id.chat, seq: $0).description })
            json.member("seq", message.id.seq)
            json.member("role", message.role.rawValue)
            json.member("content", message.content)
            json.member("status", message.status.rawValue)
            json.member("provider", message.provider)
            json.member("model", message.model)
            json.member("created_at", message.createdAt)
            json.member("finished_at", message.finishedAt)
            json.member("finish_reason", message.finishReason)
            if let usage = message.usage {
                json.object("usage") { json in
                    json.member("input_tokens", usage.inputTokens)
                    json.member("output_tokens", usage.outputTokens)
                }
            }
            if let error = message.error {
                json.object("error") { json in
                    json.member("code", error.code)
                    json.member("message", error.message)
                }
            }
        }
    }

    /// A time as RFC 3339; an absent one is left out, with its key.
    package mutating func member(_ name: String, _ value: Timestamp?) {
        member(name, value?.rfc3339)
    }
}
