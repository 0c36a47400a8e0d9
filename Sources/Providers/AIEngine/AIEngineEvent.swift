package import Conversations

/// What comes of the body of a submit response, piece by piece. `answer`, `failure`, `torn` and `unreadable` end it.
package enum AIEngineEvent: Equatable, Sendable {
    /// More of the reply; a preview, since the answer has all of it.
    case text(String)
    /// Something that the site tells of its work, and that is no part of the reply. The kinds are open-ended.
    case note(subtype: String, text: String)
    /// The site has answered, as its stream's end or without one. Whether well, the caller decides.
    case answer(AIEngineAnswer)
    case failure(AIEngineFailure)
    /// The body was a stream, and ended without saying so. With what was printed into it: the reason may be there.
    case torn(Excerpt)
    /// The body was neither a stream nor had it an object that says anything to us.
    case unreadable(Excerpt)
}

/// The object at the end of a stream, or the whole of a response that is none.
package struct AIEngineAnswer: Equatable, Sendable {
    /// The site called it a success; an empty reply may be one.
    package var isSuccess: Bool
    /// The authoritative text.
    package var reply: String
    /// Addresses of images.
    package var images: [String]
    /// Nil where the site counts no tokens; what it says is often an estimate.
    package var usage: TokenUsage?
    /// The nonce to use from now on; nil where the one in use is young.
    package var newToken: String?
}

/// Why there is no answer, in the words of the site or of WordPress.
package struct AIEngineFailure: Equatable, Sendable {
    /// WordPress's word for it, such as `rest_cookie_invalid_nonce`; nil where the plugin itself refused.
    package var code: String?
    /// May be empty.
    package var message: String
    /// The status that WordPress meant to answer with, if it told: the response's own may be lost to noise.
    package var status: Int?
    /// The nonce to use from now on; nil where the one in use is young, and in streams.
    package var newToken: String?

    package init(code: String? = nil, message: String, status: Int? = nil, newToken: String? = nil) {
        self.code = code
        self.message = message
        self.status = status
        self.newToken = newToken
    }
}
