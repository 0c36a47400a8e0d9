/// What a stand-in endpoint is like.
package struct EndpointSettings: Sendable {
    /// Behind which its routes are.
    package var base = "/v1"
    /// The key that clients must give; nil where none is needed, as on a machine of one's own.
    package var key: String?
    package var models = ["stand-in"]
    /// What a model thinks before it replies, piece by piece.
    package var reasoning: [String] = []
    /// What a model replies, piece by piece; an empty piece is sent as one.
    package var model: @Sendable ([ModelMessage]) -> [String] = { ModelMessage.echo($0) }
    /// Sends a comment before every chunk, as proxies do to keep a connection alive.
    package var sendsComments = false

    package init() {}
}
