internal import Conversations
internal import JSON
internal import NIOCore
internal import ServiceLifecycle
internal import Transcripts

/// Follows a reply to its end: one that this process takes in by word of it, one of another process by looking at the store.
struct ReplyFollowing {
    private let parts: ServiceParts
    private let owner: Owner
    private let reply: Message
    /// What has been told of the text, in bytes of UTF-8.
    private var offset: Int
    private var lastSign: Duration
    private var events = EventStreamWriter()
    private var hasBegun = false
    private var hasEnded = false

    /// Others' writes give no sign.
    private static let interval = Duration.milliseconds(100)

    /// - Parameter offset: What the client has of the text, in bytes of UTF-8.
    init(_ reply: Message, of owner: Owner, after offset: Int, parts: ServiceParts) {
        self.reply = reply
        self.owner = owner
        self.offset = offset
        self.parts = parts
        lastSign = parts.surroundings.uptime()
    }

    /// The events that come next, in one piece; nil behind the last.
    ///
    /// - Throws: where the reply can no longer be followed: what was sent must not end as if it were whole.
    mutating func next() async throws -> ByteBuffer? {
        if hasEnded { return nil }
        if !hasBegun { begin() }
        while events.count == 0 {
            if let live = parts.replies.live(reply.id) {
                try await take(live.look(behind: offset))
            } else {
                try await lookAtStore()
            }
        }
        lastSign = parts.surroundings.uptime()
        return events.take()
    }

    private mutating func begin() {
        hasBegun = true
        let reply = reply
        events.event("reply") { json in
            json.object { json in
                json.member("chat", reply.id.chat.rawValue)
                json.member("message", reply.id.description)
                json.member("seq", reply.id.seq)
                json.member("status", reply.status.rawValue)
            }
        }
    }

    private mutating func take(_ look: LiveReply.Look) {
        switch look {
        case .text(let piece, let start): tell(piece, at: start)
        case .silence: stayAlive()
        case .ended(let message?): end(with: message)
        // It could not be written down: what the store has of it counts.
        case .ended(nil): break
        }
    }

    private mutating func lookAtStore() async throws {
        guard let message = try await parts.store.message(reply.id, of: owner) else {
            throw StoreError.noSuchMessage(reply.id)
        }
        if let (piece, start) = message.content.part(behind: offset) { tell(piece, at: start) }
        guard message.status == .streaming else { return end(with: message) }
        guard events.count == 0 else { return }
        guard !Task.isShuttingDownGracefully else { throw ServiceError.shuttingDown }
        stayAlive()
        if events.count == 0 { try await parts.surroundings.sleep(Self.interval) }
    }

    private mutating func tell(_ piece: String, at start: Int) {
        events.text(piece, at: start)
        offset = start + piece.utf8.count
    }

    private mutating func stayAlive() {
        guard parts.surroundings.uptime() - lastSign >= parts.limits.keepAliveInterval else { return }
        events.keepAlive()
    }

    private mutating func end(with message: Message) {
        events.event("end") { $0.message(message) }
        hasEnded = true
    }
}
