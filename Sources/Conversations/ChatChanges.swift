/// What is to be different about a chat. What is nil or empty stays as it is.
package struct ChatChanges: Equatable, Sendable {
    package var title: String?
    package var addedTags: [String] = []
    package var removedTags: [String] = []
    package var pinned: Bool?
    package var archived: Bool?
    /// The inner nil takes it away. The model was the former provider's: where another is named without a model, it goes.
    package var provider: String??
    package var model: String??
    package var system: String??
    /// In place of all notes that there are; nil leaves them. Those of `metadata` come on top.
    package var allMetadata: [String: String]?
    /// By name; nil takes the note away.
    package var metadata: [String: String?] = [:]

    package init() {}

    package var isEmpty: Bool { self == ChatChanges() }
}

extension Chat {
    /// The chat as it is with these changes.
    package func changed(by changes: ChatChanges) -> Chat {
        var chat = self
        chat.title = changes.title ?? title
        chat.pinned = changes.pinned ?? pinned
        chat.archived = changes.archived ?? archived
        chat.provider = changes.provider ?? provider
        chat.model = changes.model ?? (chat.provider == provider ? model : nil)
        chat.system = changes.system ?? system
        chat.tags.removeAll { changes.removedTags.contains($0) }
        for tag in changes.addedTags where !chat.tags.contains(tag) { chat.tags.append(tag) }
        chat.tags.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        if let notes = changes.allMetadata { chat.metadata = notes }
        for (name, value) in changes.metadata { chat.metadata[name] = value }
        return chat
    }
}
