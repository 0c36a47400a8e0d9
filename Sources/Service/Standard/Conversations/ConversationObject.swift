internal import Conversations
internal import JSON

// A chat as programs see it: a conversation.

extension Chat {
    /// The note in which a program gives a chat its title.
    fileprivate static let titleNote = "title"

    /// The notes as programs see them. A title that a program has set is among them, as it is by now; one that was made from
    /// the first words never is.
    var shownMetadata: [String: String] {
        var notes = metadata
        guard let note = notes[Self.titleNote], let given = try? ChatTitle.given(note), given != title else {
            return notes
        }
        notes[Self.titleNote] = title
        return notes
    }
}

extension RequestFields {
    /// Notes on a conversation, and the title that is among them: nil where there is none.
    func conversationMetadata(_ name: String) throws(ServiceError) -> (notes: [String: String], title: String?)? {
        guard let notes = try metadata(name) else { return nil }
        do {
            return (notes, try notes[Chat.titleNote].flatMap { try ChatTitle.given($0) })
        } catch {
            throw .tooLong("\(place(of: name)).\(Chat.titleNote)", limit: ChatTitle.maximumGivenLength)
        }
    }
}

extension JSONWriter {
    mutating func conversation(_ chat: Chat) {
        object { json in
            json.member("id", chat.id.conversationName)
            json.member("object", "conversation")
            json.member("created_at", chat.createdAt.seconds)
            json.metadata(chat.shownMetadata)
        }
    }

    /// Notes, in the order of their names' bytes.
    mutating func metadata(_ notes: [String: String]) {
        object("metadata") { json in
            for (name, value) in notes.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
                json.member(named: name, value)
            }
        }
    }
}

extension Timestamp {
    /// Whole seconds since 1970.
    var seconds: Int { Int(rawValue / 1000) }
}
