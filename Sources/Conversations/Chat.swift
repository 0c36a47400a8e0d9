/// A conversation: what is known of it without reading its messages.
package struct Chat: Equatable, Sendable {
    package var id: ChatID
    package var owner: Owner
    package var title: String
    package var createdAt: Timestamp
    /// When something was last said in it.
    package var updatedAt: Timestamp
    /// The provider and model that answer unless others are asked for; nil where none has been named.
    package var provider: String?
    package var model: String?
    /// What every request tells the model first; nil for nothing.
    package var system: String?
    /// In the order of their bytes, none twice.
    package var tags: [String]
    package var pinned: Bool
    package var archived: Bool
    /// The message of another chat after which this one took its own way.
    package var forkedFrom: MessageID?
    /// Free notes of whoever made the chat.
    package var metadata: [String: String]
    /// The tip of the branch in view: its sequence number; nil while nothing has been said.
    package var head: Int?
    /// All messages, of all branches.
    package var messageCount: Int
    /// Changes when an exchange begins and when it ends: who saw another version saw another chat.
    package var version: Int

    package init(
        id: ChatID, owner: Owner = .local, title: String, createdAt: Timestamp, updatedAt: Timestamp? = nil,
        provider: String? = nil, model: String? = nil, system: String? = nil, tags: [String] = [],
        pinned: Bool = false, archived: Bool = false, forkedFrom: MessageID? = nil, metadata: [String: String] = [:],
        head: Int? = nil, messageCount: Int = 0, version: Int = 0
    ) {
        self.id = id
        self.owner = owner
        self.title = title
        self.createdAt = createdAt
        self.updatedAt = updatedAt ?? createdAt
        self.provider = provider
        self.model = model
        self.system = system
        self.tags = tags
        self.pinned = pinned
        self.archived = archived
        self.forkedFrom = forkedFrom
        self.metadata = metadata
        self.head = head
        self.messageCount = messageCount
        self.version = version
    }

    /// A chat to be that begins with the same past, up to this message: like this one, but new, in use, and without
    /// messages so far.
    ///
    /// - Parameter title: nil or nothing but spaces for the same.
    /// - Throws: ``ChatLabelError`` where it can be no title.
    package func fork(
        at seq: Int, as id: ChatID, title: String?, createdAt now: Timestamp
    ) throws(ChatLabelError) -> Chat {
        Chat(
            id: id, owner: owner, title: try title.flatMap(ChatTitle.given) ?? "\(self.title) (fork)", createdAt: now,
            provider: provider, model: model, system: system, tags: tags,
            forkedFrom: MessageID(chat: self.id, seq: seq), metadata: metadata)
    }
}
