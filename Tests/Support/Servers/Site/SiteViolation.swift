/// Something that a client of an AI Engine site must not do, though a site may bear it.
package enum SiteViolation: Sendable, Hashable {
    /// Once stale it would be refused for ever.
    case nonceSentToStartSession
    /// Requests that share it are executed one at a time.
    case phpSessionSentBack
    /// It would be merged over the bot's settings. So would `previousResponseId` change what the model sees.
    case unknownField(String)
    /// The model gets the new message twice.
    case newMessageRepeated
    /// The site leaves out entries beyond the sixteenth, and not those that the client would.
    case tooManyMessages(Int)
    /// The turn is not stored. In code points.
    case chatIDTooLong(Int)
    case notJSON(contentType: String?)
    /// One nonce serves all requests, so one request for it is enough.
    case concurrentStartSessions
}

extension SiteViolation {
    private static let knownFields: Set<String> = [
        "botId", "customId", "newMessage", "messages", "chatId", "stream", "session", "contextId", "newFileId",
        "newFileIds",
    ]

    /// What is wrong with a request, whatever its route.
    static func found(in request: LoopbackRequest) -> [SiteViolation] {
        request.cookies["PHPSESSID"] == nil ? [] : [.phpSessionSentBack]
    }

    /// What is wrong with a message that was submitted.
    static func found(inSubmitted request: LoopbackRequest) -> [SiteViolation] {
        guard request.mediaType == "application/json" else {
            return [.notJSON(contentType: request.header("Content-Type"))]
        }
        guard let body = request.json else { return [] }
        var found = body.keys.subtracting(knownFields).sorted().map { SiteViolation.unknownField($0) }
        let messages = body["messages"]?.elements ?? []
        if let last = messages.last, last["role"]?.text == "user", last["content"] == body["newMessage"] {
            found.append(.newMessageRepeated)
        }
        if messages.count > 16 { found.append(.tooManyMessages(messages.count)) }
        let length = body["chatId"]?.text?.unicodeScalars.count ?? 0
        if length > 64 { found.append(.chatIDTooLong(length)) }
        return found
    }
}
