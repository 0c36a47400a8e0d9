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
                json.member(named: name, value)
            }
        }
        member("head", chat.head.map { MessageID(chat: chat.id, seq: $0).description })
    }

    package mutating func message(_ message: Message) {
        var words = MessageJSONWords(of: message.id.chat)
        openMessage(message, words)
        addText(message.content)
        closeMessage(message, &words)
    }

    /// Begins a message, up to its text: ``JSONWriter/addText(_:)`` writes that, in as many parts as it comes in.
    mutating func openMessage(_ message: Message, _ words: borrowing MessageJSONWords) {
        open(UInt8(ascii: "{"))
        member("id", escaped: words.id.span, message.id.seq)
        if let parent = message.parent { member("parent", escaped: words.id.span, parent) }
        member("seq", message.id.seq)
        member("role", message.role.rawValue)
        openString("content")
    }

    /// Ends a message behind its text.
    mutating func closeMessage(_ message: Message, _ words: inout MessageJSONWords) {
        closeString()
        member("status", message.status.rawValue)
        member("provider", message.provider)
        member("model", message.model)
        words.time.set(message.createdAt)
        member("created_at", plain: words.time.characters.span)
        if let finishedAt = message.finishedAt {
            words.time.set(finishedAt)
            member("finished_at", plain: words.time.characters.span)
        }
        member("finish_reason", message.finishReason)
        if let usage = message.usage {
            object("usage") { json in
                json.member("input_tokens", usage.inputTokens)
                json.member("output_tokens", usage.outputTokens)
            }
        }
        if let error = message.error {
            object("error") { json in
                json.member("code", error.code)
                json.member("message", error.message)
            }
        }
        close(UInt8(ascii: "}"))
    }

    /// A time as RFC 3339; an absent one is left out, with its key.
    package mutating func member(_ name: StaticString, _ value: Timestamp?) {
        guard let value else { return }
        member(name, plain: value.rfc3339Characters.span)
    }
}

/// What the messages of a chat share in JSON.
struct MessageJSONWords {
    /// An id up to its number.
    let id: [UInt8]
    /// The time that was written last.
    var time = RFC3339Text(Timestamp(rawValue: 0))

    init(of chat: ChatID) {
        id = JSONWriter.escaped(chat.rawValue + "-")
    }
}
