internal import Conversations
internal import JSON
internal import Logging

/// A completion as a stream of chunks.
struct CompletionChunks: ReplyEncoding {
    private let completion: Completion
    private let includesUsage: Bool
    private let estimate: TokenEstimate
    private let logger: Logger
    /// What stands around the text of a chunk.
    private let start, end: [UInt8]

    /// - Parameter includesUsage: The last chunk counts tokens.
    init(_ completion: Completion, includesUsage: Bool, estimate: TokenEstimate, logger: Logger) {
        self.completion = completion
        self.includesUsage = includesUsage
        self.estimate = estimate
        self.logger = logger
        var json = JSONWriter()
        json.open(UInt8(ascii: "{"))
        json.members(of: completion, object: "chat.completion.chunk")
        start = Array("data: ".utf8) + json.take() + Array(#","choices":[{"index":0,"delta":{"content":""#.utf8)
        let usage = includesUsage ? #","usage":null"# : ""
        end = Array((#""},"logprobs":null,"finish_reason":null}]"# + usage + "}\n\n").utf8)
    }

    mutating func begin(_ events: inout EventStreamWriter) {
        chunk(&events, finishReason: nil) { json in
            json.member("role", "assistant")
            json.member("content", "")
        }
    }

    mutating func text(_ piece: String, to events: inout EventStreamWriter) {
        events.event(start, text: piece, end)
    }

    mutating func end(_ outcome: ReplyOutcome, to events: inout EventStreamWriter) {
        if let error = ServiceError(outcome, logger: logger) {
            events.event { json in
                json.object { json in
                    json.key("error")
                    json.errorObject(error)
                }
            }
        } else {
            chunk(&events, finishReason: FinishReason(outcome.finishReason), outcome) { _ in }
            if includesUsage, let counts = TokenCounts(outcome, estimate: estimate) {
                events.event { json in
                    json.object { json in
                        json.members(of: completion, object: "chat.completion.chunk")
                        json.array("choices") { _ in }
                        json.completionUsage(counts)
                    }
                }
            }
        }
        events.done()
    }

    /// A chunk with one choice.
    private func chunk(
        _ events: inout EventStreamWriter, finishReason: FinishReason?, _ outcome: ReplyOutcome? = nil,
        delta: (inout JSONWriter) -> Void
    ) {
        events.event { json in
            json.object { json in
                json.members(of: completion, object: "chat.completion.chunk")
                json.array("choices") { json in
                    json.object { json in
                        json.member("index", 0)
                        json.object("delta", delta)
                        json.memberOrNull("logprobs", nil as String?)
                        json.memberOrNull("finish_reason", finishReason?.rawValue)
                    }
                }
                if includesUsage { json.memberOrNull("usage", nil as String?) }
                if let outcome { json.extensions(outcome) }
            }
        }
    }
}
