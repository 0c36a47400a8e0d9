/// Where conversations are kept.
///
/// What a caller may count on: each method is one transaction that is on disk when it returns; ids are made by the
/// caller; an owner never sees another's chats; nothing of the engine shows. A second engine passes the same tests.
package protocol ConversationStore: Sendable {
    /// The chat of this id; nil where the owner has none.
    func chat(_ id: ChatID, of owner: Owner) async throws(StoreError) -> Chat?
    /// The chat in which something was last said, among those not archived.
    func latestChat(of owner: Owner) async throws(StoreError) -> Chat?
    /// In the order that is asked for.
    func chats(matching query: ChatQuery, of owner: Owner) async throws(StoreError) -> ChatPage
    /// The last active first.
    func chats(named name: ChatName, of owner: Owner, limit: Int) async throws(StoreError) -> [Chat]

    /// The chat with one of its branches, oldest message first; the last so many of it where `last` is given.
    ///
    /// - Parameter tip: The branch's last message, by its sequence number; nil for the branch in view.
    /// - Throws: ``StoreError/noSuchMessage(_:)`` where the chat has no such message.
    func branch(
        of id: ChatID, of owner: Owner, endingAt tip: Int?, last: Int?
    ) async throws(StoreError) -> (Chat, [Message])?
    /// A page of the chat's branch in view; nil where the owner has no such chat. However long the branch is, the texts of no
    /// others are read.
    ///
    /// - Throws: ``StoreError/noSuchMessage(_:)`` where the page is to begin behind a message that is none of that branch's.
    func messages(
        of id: ChatID, of owner: Owner, page: MessagePageQuery
    ) async throws(StoreError) -> MessagePage?
    /// The message, of whatever branch, with the text so far where it streams; nil where the owner has none.
    func message(_ id: MessageID, of owner: Owner) async throws(StoreError) -> Message?
    /// The response whose reply this is; nil where the owner has none, or it was deleted.
    func response(_ reply: MessageID, of owner: Owner) async throws(StoreError) -> StoredResponse?
    /// A chat's version, with what was said in it up to a message, read for a history; nil where there is no such chat. A
    /// message that is not there has no past.
    ///
    /// - Parameter tip: The last message of that past, by its sequence number.
    func past(
        of id: ChatID, of owner: Owner, endingAt tip: Int, _ reading: PastReading
    ) async throws(StoreError) -> (Int, Past)?
    /// Every branch of the chat, the one that ends in its newest message first; nil where there is no such chat.
    func branches(of id: ChatID, of owner: Owner) async throws(StoreError) -> [Branch]?
    /// Reads whole chats in one unchanging view, on a thread of the reader's own, and gives the receiver back. What it
    /// throws ends the reading and is thrown on.
    func read<Receiver: TranscriptReceiver & Sendable>(
        _ selection: ChatSelection, of owner: Owner, into receiver: Receiver
    ) async throws -> Receiver
    /// How many messages the chats have together.
    func messageCount(of selection: ChatSelection, of owner: Owner) async throws(StoreError) -> Int
    /// Finds messages and titles by their words.
    ///
    /// - Throws: ``StoreError/badSearch(_:)`` where a raw text is none of the engine's language.
    func search(_ query: SearchQuery, of owner: Owner) async throws(StoreError) -> SearchPage

    /// Changes what is known of a chat; nothing that was said. Its place in lists stays.
    func edit(_ id: ChatID, of owner: Owner, _ changes: ChatChanges) async throws(StoreError) -> Chat
    /// Adds chats from elsewhere in one transaction: all that the body adds or, where it throws, nothing. The body runs on
    /// the writer's own thread, and nobody else writes meanwhile.
    ///
    /// - Parameter isKept: false to find out what would be added, and add nothing.
    func importChats<Result: Sendable>(
        for owner: Owner, isKept: Bool, _ body: @escaping @Sendable (inout any ChatImporter) throws -> Result
    ) async throws -> Result

    /// Makes a chat in which this was said, one after the other, and nobody has answered. Without messages it is an empty one.
    ///
    /// - Parameter chat: The chat to be, without messages.
    /// - Throws: ``StoreError/chatExists(_:)``.
    func create(_ chat: Chat, saying messages: [NewMessage]) async throws(StoreError) -> (Chat, [Message])
    /// Adds messages at the end of the branch in view, one after the other: all of them, or none.
    ///
    /// - Throws: ``StoreError/noSuchChat(_:)``; ``StoreError/chatBusy(_:)`` while a reply streams in the chat;
    ///   ``StoreError/chatFull(_:limit:)``.
    func append(
        _ messages: [NewMessage], to id: ChatID, of owner: Owner
    ) async throws(StoreError) -> (Chat, [Message])
    /// Writes down what is said and the open reply to it, and takes the chat's lease.
    func begin(_ exchange: NewExchange) async throws(StoreError) -> OpenExchange
    /// Keeps another piece of the open reply and renews the lease. An empty piece renews the lease alone.
    func keep(_ piece: String, number: Int, of reply: OpenReply) async throws(StoreError)
    /// Closes one try of the open reply and begins the next; the reply is then of that one's provider and model.
    func goOn(
        with reply: OpenReply, closing ended: ProviderAttempt, opening next: ProviderAttempt
    ) async throws(StoreError)
    /// Closes the reply, its last attempt and the lease. Gives the chat as it is then.
    func finish(_ reply: OpenReply, with ending: ReplyEnding) async throws(StoreError) -> Chat

    /// Makes a chat whose messages are copies of another's: of the branch that ends at this message, numbered anew.
    ///
    /// - Parameters:
    ///   - origin: The message, any of its chat's.
    ///   - chat: The chat to be, of the same owner, without messages.
    /// - Throws: ``StoreError/noSuchMessage(_:)``, or ``StoreError/chatBusy(_:)`` where the message is still being
    ///   written.
    func fork(_ origin: MessageID, as chat: Chat) async throws(StoreError) -> Chat

    /// Erases these chats with all that belongs to them, or none of them. Nobody finds them any more; what the engine may
    /// still hold of their text is gone when ``finishErasure(progress:)`` is done.
    ///
    /// - Parameter chats: The chats as they were read: where something has been said in one since, none is erased
    ///   (``StoreError/chatChanged(_:)``).
    func delete(_ chats: [Chat]) async throws(StoreError)
    /// Erases one message. What answered it answers what it answered itself, and a branch in view that ended with it ends
    /// there. Its number is never used again. Its words are gone as those of deleted chats are.
    ///
    /// - Returns: the chat as it is then.
    /// - Throws: ``StoreError/noSuchChat(_:)``, ``StoreError/noSuchMessage(_:)``; ``StoreError/chatBusy(_:)`` while a reply
    ///   streams in the chat.
    func deleteMessage(_ id: MessageID, of owner: Owner) async throws(StoreError) -> Chat
    /// Forgets what is kept of a response beside its messages, which stay.
    ///
    /// - Returns: false where the owner has no such response.
    func deleteResponse(_ reply: MessageID, of owner: Owner) async throws(StoreError) -> Bool
    /// Does away with what the engine still holds of deleted chats and messages. It may take a while, which several deletions share;
    /// an interrupted one is gone on with by the next call.
    ///
    /// - Parameter progress: Told how far it has come, from 0 to 1.
    func finishErasure(progress: @escaping @Sendable (Double) -> Void) async throws(StoreError) -> ErasureOutcome
}

extension ConversationStore {
    /// The chat with the branch in view, oldest message first; the last so many of it where `last` is given.
    package func branch(
        of id: ChatID, of owner: Owner, last: Int?
    ) async throws(StoreError) -> (Chat, [Message])? {
        try await branch(of: id, of: owner, endingAt: nil, last: last)
    }
}

/// Something about to be said, or to be answered once more.
package struct NewExchange: Sendable {
    package enum Target: Sendable {
        /// A chat that does not exist yet.
        case new(Chat)
        /// A chat as it was read: where it has changed since, the exchange is refused.
        case existing(Chat)

        package var chat: Chat {
            switch self {
            case .new(let chat), .existing(let chat): chat
            }
        }
    }

    package enum Turn: Sendable {
        /// New messages, one after the other, behind this one, by its sequence number; nil where they begin a branch. At
        /// least one, and the last is the user's.
        case say([NewMessage], after: Int?)
        /// Another reply to a message of the user's that is there already.
        case answer(Message)

        /// A new message of the user's.
        package static func say(_ text: String, after seq: Int?) -> Turn { .say([NewMessage(text)], after: seq) }
    }

    package var target: Target
    package var turn: Turn
    /// The provider and model that the chat is with from now on. Another may be asked first: whose the attempt is.
    package var provider: String
    package var model: String?
    package var attempt: ProviderAttempt
    /// Kept with the reply, where the exchange is one of a program's that asks for it.
    package var response: ResponseFields?
    /// Who writes; the lease is theirs until this moment unless renewed.
    package var process: String
    package var now: Timestamp
    package var leaseUntil: Timestamp

    package init(
        target: Target, turn: Turn, provider: String, model: String?, attempt: ProviderAttempt, process: String,
        now: Timestamp, leaseUntil: Timestamp, response: ResponseFields? = nil
    ) {
        self.target = target
        self.turn = turn
        self.provider = provider
        self.model = model
        self.attempt = attempt
        self.response = response
        self.process = process
        self.now = now
        self.leaseUntil = leaseUntil
    }
}

/// What has been written down of an exchange: the message is safe, the reply is awaited.
package struct OpenExchange: Equatable, Sendable {
    package var chat: Chat
    /// What was said, oldest first; empty where another reply is given to what was there.
    package var said: [Message]
    /// The user's message that is answered: the last of what was said.
    package var message: Message
    package var reply: Message
    package var attempt: ProviderAttempt

    package init(chat: Chat, said: [Message], message: Message, reply: Message, attempt: ProviderAttempt) {
        self.chat = chat
        self.said = said
        self.message = message
        self.reply = reply
        self.attempt = attempt
    }
}

/// The right to write to one open reply: good while the lease is held and the chat's version is the same.
package struct OpenReply: Equatable, Sendable {
    package var id: MessageID
    package var owner: Owner
    package var version: Int
    package var process: String
    package var leaseUntil: Timestamp

    package init(id: MessageID, owner: Owner, version: Int, process: String, leaseUntil: Timestamp) {
        self.id = id
        self.owner = owner
        self.version = version
        self.process = process
        self.leaseUntil = leaseUntil
    }
}

/// How a reply ended: the message as it is to stand, and its attempt.
package struct ReplyEnding: Equatable, Sendable {
    package var message: Message
    package var attempt: ProviderAttempt
    /// What is kept as the fields of the response from now on, where there is one; nil to leave them.
    package var responseFields: String?

    package init(message: Message, attempt: ProviderAttempt, responseFields: String? = nil) {
        self.message = message
        self.attempt = attempt
        self.responseFields = responseFields
    }
}
