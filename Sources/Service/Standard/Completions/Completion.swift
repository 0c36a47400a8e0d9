internal import Conversations
internal import JSON

/// What a completion and all chunks of its stream have in common.
struct Completion: Sendable {
    /// `chatcmpl-…`
    let id: String
    /// In whole seconds since 1970.
    let created: Int
    /// As the client asked for it.
    let model: String

    init(of model: String, surroundings: Surroundings) {
        let now = surroundings.now()
        id = "chatcmpl-" + surroundings.newID(now)
        created = Int(now.rawValue / 1000)
        self.model = model
    }

    /// The whole answer.
    func whole(_ outcome: ReplyOutcome, estimate: TokenEstimate) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.members(of: self, object: "chat.completion")
            json.array("choices") { json in
                json.object { json in
                    json.member("index", 0)
                    json.object("message") { json in
                        json.member("role", "assistant")
                        json.member("content", outcome.text)
                        json.memberOrNull("refusal", nil as String?)
                    }
                    json.memberOrNull("logprobs", nil as String?)
                    json.member("finish_reason", FinishReason(outcome.finishReason).rawValue)
                }
            }
            if let counts = TokenCounts(outcome, estimate: estimate) { json.completionUsage(counts) }
            json.extensions(outcome)
        }
        return json.take()
    }
}

extension JSONWriter {
    mutating func members(of completion: Completion, object: String) {
        member("id", completion.id)
        member("object", object)
        member("created", completion.created)
        member("model", completion.model)
    }

    mutating func completionUsage(_ counts: TokenCounts) {
        object("usage") { json in
            json.member("prompt_tokens", counts.input)
            json.member("completion_tokens", counts.output)
            json.member("total_tokens", counts.total)
        }
    }

    /// Where the reply is kept, for those who know us; clients that do not pass over it.
    mutating func extensions(_ outcome: ReplyOutcome) {
        guard case .kept(let exchange) = outcome else { return }
        object("parley") { json in
            json.member("chat", exchange.chat.id.rawValue)
            json.member("message", exchange.reply.id.seq)
            json.member("provider", exchange.reply.provider)
            json.member("left_out", exchange.history.leftOut)
        }
    }
}
