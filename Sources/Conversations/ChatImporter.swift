/// Takes in chats from elsewhere, within one transaction of a store's.
package protocol ChatImporter {
    /// Adds the chat, or, where there is one of this id, what that one does not have yet: a message that differs becomes a
    /// branch, and nothing that is there changes.
    ///
    /// - Throws: ``StoreError/chatBusy(_:)`` where a reply is being written to the chat that is there,
    ///   ``StoreError/chatFull(_:limit:)``.
    mutating func add(_ transcript: Transcript) throws -> ImportOutcome
}

/// What became of a chat that was to be added.
package struct ImportOutcome: Equatable, Sendable {
    /// It was not there before.
    package var isNew: Bool
    /// How many messages were added.
    package var messages: Int

    package init(isNew: Bool, messages: Int) {
        self.isNew = isNew
        self.messages = messages
    }
}
