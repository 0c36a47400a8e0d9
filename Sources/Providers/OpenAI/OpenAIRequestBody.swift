internal import Conversations
private import JSON

/// What chat completions are asked with.
struct OpenAIRequestBody {
    let json: [UInt8]

    /// - Parameters:
    ///   - countsStream: Tokens are to be counted at the end of the stream.
    ///   - sampling: Which fields of the request's sampling are sent.
    init(
        _ request: ProviderRequest, model: String?, streams: Bool, countsStream: Bool, sampling: [OpenAISampling]
    ) {
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
            for field in sampling { field.write(request.sampling, to: &json) }
            if countsStream { json.object("stream_options") { $0.member("include_usage", true) } }
        }
    }
}
