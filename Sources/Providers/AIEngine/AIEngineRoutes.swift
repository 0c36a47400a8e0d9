/// The addresses of a site that a guest talks to.
struct AIEngineRoutes: Sendable {
    enum Form: String, Sendable {
        /// `/wp-json/…`
        case path
        /// `/?rest_route=/…`, for sites without pretty permalinks. Some versions do not hand out nonces there.
        case query
    }

    let site: WebAddress
    let form: Form

    var submit: WebAddress { route("mwai-ui/v1/chats/submit") }
    var chatIndex: WebAddress { route("mwai-ui/v1") }
    var index: WebAddress { route("mwai/v1") }
    var session: WebAddress { route("mwai/v1/start_session") }
    /// Of the public API: one that tells whether a token is good, and one that asks.
    var tokenCheck: WebAddress { route("mwai/v1/simpleAuthCheck") }
    var query: WebAddress { route("mwai/v1/simpleChatbotQuery") }
    /// A page that may have the chat widget on it.
    var page: WebAddress { site.appending("/") }

    private func route(_ path: String) -> WebAddress {
        switch form {
        case .path: site.appending("/wp-json/" + path)
        case .query: site.appending("/?rest_route=/" + path)
        }
    }
}
