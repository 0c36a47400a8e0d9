internal import Conversations
internal import JSON

/// What a client asks of `/v1/chat/completions`.
struct CompletionRequest: Equatable, Sendable {
    /// As the client calls it.
    var model: String
    /// At least one.
    var messages: [NewMessage]
    var sampling: Sampling
    var streams: Bool
    /// The stream ends with a count of tokens.
    var includesUsage: Bool
    /// The exchange is kept as a chat.
    var isKept: Bool
    /// Of the chat that is kept.
    var metadata: [String: String]

    init(_ body: JSONValue) throws(ServiceError) {
        let fields = RequestFields(body)
        model = try fields.require("model", try fields.string("model"))
        try fields.refuseWhatIsNotHonoured()
        try fields.refuseOtherFormThanText("response_format")
        messages = try fields.completionMessages()
        sampling = try fields.sampling(limitedBy: "max_completion_tokens", "max_tokens")
        streams = try fields.boolean("stream") ?? false
        includesUsage = try fields.fields("stream_options")?.boolean("include_usage") ?? false
        isKept = try fields.boolean("store") ?? false
        metadata = try fields.metadata("metadata") ?? [:]
        guard !isKept || messages.wordsToAnswer != nil else {
            throw .wrongValue(of: "messages", wanted: "a list that ends with a message of the user's, to be kept")
        }
    }
}
