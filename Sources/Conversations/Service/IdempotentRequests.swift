/// Requests that carry a key of their sender's, so that one that is sent again is not carried out again.
///
/// They are kept for a day. What was answered holds people's words, and is erased with the chat that they were said in. Each
/// method is one transaction.
package protocol IdempotentRequests: Sendable {
    /// Notes that a request begins, unless one of this key has before.
    ///
    /// - Parameters:
    ///   - key: The sender's, any text.
    ///   - requestHash: Tells the request from others: a hash of all that it asks for.
    func begin(
        key: String, requestHash: [UInt8], owner: Owner
    ) async throws(StoreError) -> IdempotentBeginning
    /// Keeps what a request that has begun was answered.
    func finish(key: String, owner: Owner, with answer: IdempotentAnswer) async throws(StoreError)
    /// Takes back that a request has begun: nothing of it was carried out, and it may be sent again.
    func forget(key: String, owner: Owner) async throws(StoreError)
}

/// What there is to do about a request with a key.
package enum IdempotentBeginning: Equatable, Sendable {
    /// It is to be carried out, and its answer given to ``IdempotentRequests/finish(key:owner:with:)``.
    case new
    /// It is being carried out, or was when whoever did so died. After an hour it counts as never begun.
    case pending
    /// It was carried out, and this was the answer.
    case answered(IdempotentAnswer)
    /// Another request had this key.
    case reused
}

/// An answer, to be given again as it was.
package struct IdempotentAnswer: Equatable, Sendable {
    /// Of HTTP.
    package var status: Int
    package var contentType: String
    package var body: [UInt8]
    /// The chat whose words are in it; nil where none are.
    package var chat: ChatID?

    package init(status: Int, contentType: String, body: [UInt8], chat: ChatID?) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.chat = chat
    }
}
