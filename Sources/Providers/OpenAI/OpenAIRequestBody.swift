internal import Conversations
private import JSON

/// What chat completions are asked with.
struct OpenAIRequestBody {
    let json: [UInt8]

    /// - Parameter countsStream: Tokens are to be counted at the end of the stream.
    init(_ request: ProviderRequest, model: String?, streams: Bool, countsStream: Bool) {
        let messages: [HistoryMessage] =
            switch request.content {
            case .messages(let messages): messages
            case .prompt(let text), .newest(let text): [HistoryMessage(role: .user, content: text)]
            }
        json = JSONWriter.line { json in
            json.member("model", model)
            json.array("messages") { json in
                for message in messages {
                    json.object { json in
                        json.member("role", message.role.rawValue)
                        json.member("content", message.content)
                    }
                }
            }
            json.member("stream", streams)
            if countsStream { json.object("stream_options") { $0.member("include_usage", true) } }
        }
    }
}
