/// What is kept for the providers between their requests, shared by all processes: nonces, what was found out about a
/// site, and the attempts that serve no reply.
///
/// A site is named by its base address, without a trailing slash. Each method is one transaction. None of it is worth a
/// wait to a task that is cancelled: that gives up where another holds the lock.
package protocol ProviderMemory: Sendable {
    /// The site's nonce, good or not; nil where none is known.
    func nonce(of site: String) async throws(StoreError) -> Nonce?
    /// Asks to be the one that fetches the site's next nonce.
    ///
    /// - Parameters:
    ///   - refused: The value that is no good any more; nil where any usable one will do.
    ///   - until: How long the others wait for us; they take over then.
    func claimRenewal(
        of site: String, refused: String?, by renewer: String, now: Timestamp, until: Timestamp
    ) async throws(StoreError) -> RenewalClaim
    /// Keeps a nonce in place of the one before and ends a renewal, whoever's it was.
    func keep(_ nonce: Nonce, of site: String) async throws(StoreError)
    /// Ends a renewal that came to nothing, so that the next need not wait.
    func giveUpRenewal(of site: String, by renewer: String) async throws(StoreError)

    /// What was found out about a site: names and values.
    func facts(of site: String) async throws(StoreError) -> [String: String]
    /// Remembers facts beside those known; nil forgets one.
    func remember(_ facts: [String: String?], of site: String, now: Timestamp) async throws(StoreError)

    /// Writes down that an attempt begins that serves no reply of its own.
    ///
    /// - Returns: the attempt as it is written: it begins, and expires, later by what the wait has lasted.
    @discardableResult
    func open(_ attempt: ProviderAttempt, process: String) async throws(StoreError) -> ProviderAttempt
    /// Writes down how it ended.
    func close(_ attempt: ProviderAttempt) async throws(StoreError)
}

/// A token that lets a guest of a site in, for some hours.
package struct Nonce: Equatable, Sendable {
    package enum Source: String, Sendable {
        /// The site's session route.
        case session
        /// A page with the chat widget.
        case page
        /// The header of an answer.
        case header
        /// The body of an answer.
        case reply
    }

    package var value: String
    package var source: Source
    package var fetchedAt: Timestamp
    /// Not to be used from then on.
    package var useUntil: Timestamp
    /// The cookies of the session that it came with, as they are sent back: `name=value; name=value`. Empty for none.
    package var cookies: String

    package init(value: String, source: Source, fetchedAt: Timestamp, useUntil: Timestamp, cookies: String = "") {
        self.value = value
        self.source = source
        self.fetchedAt = fetchedAt
        self.useUntil = useUntil
        self.cookies = cookies
    }
}

/// What comes of asking to renew a nonce.
package enum RenewalClaim: Equatable, Sendable {
    /// There is a usable one, from someone else.
    case current(Nonce)
    /// Ours to fetch.
    case granted
    /// Another is at it, at most until then.
    case waiting(until: Timestamp)
}
