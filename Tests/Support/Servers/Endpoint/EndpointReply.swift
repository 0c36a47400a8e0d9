/// A chat completion as OpenAI publishes it, whole or as the events of a stream.
struct EndpointReply {
    let id: String
    let model: String
    let reasoning: [String]
    let pieces: [String]
    let promptTokens: Int

    private static let created = 1_795_226_815

    private var start: String {
        #""id":\#(JSONText.quoted(id)),"created":\#(Self.created),"model":\#(JSONText.quoted(model))"#
    }

    private var usage: String {
        let completion = pieces.count
        return #"{"prompt_tokens":\#(promptTokens),"completion_tokens":\#(completion),"#
            + #""total_tokens":\#(promptTokens + completion)}"#
    }

    var whole: String {
        let thought = reasoning.isEmpty ? "" : #","reasoning_content":\#(JSONText.quoted(reasoning.joined()))"#
        return #"{\#(start),"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","#
            + #""content":\#(JSONText.quoted(pieces.joined()))\#(thought),"refusal":null},"logprobs":null,"#
            + #""finish_reason":"stop"}],"usage":\#(usage)}"#
    }

    /// The events up to the last piece of text, of which there may be fewer than all.
    func events(pieces count: Int = .max, includingUsage: Bool) -> [String] {
        [chunk(#"{"role":"assistant","content":""}"#, includingUsage)]
            + reasoning.map { chunk(#"{"reasoning_content":\#(JSONText.quoted($0))}"#, includingUsage) }
            + pieces.prefix(count).map { chunk(#"{"content":\#(JSONText.quoted($0))}"#, includingUsage) }
    }

    /// What follows the text of a reply that comes to its end.
    func closingEvents(includingUsage: Bool) -> [String] {
        let finish = chunk("{}", finish: #""stop""#, includingUsage)
        let usage = Self.event(#"{\#(start),"object":"chat.completion.chunk","choices":[],"usage":\#(usage)}"#)
        return [finish] + (includingUsage ? [usage] : []) + [Self.done]
    }

    static let done = event("[DONE]")

    static func event(_ data: String) -> String { "data: \(data)\n\n" }

    private func chunk(_ delta: String, finish: String = "null", _ includingUsage: Bool) -> String {
        Self.event(
            #"{\#(start),"object":"chat.completion.chunk","choices":[{"index":0,"delta":\#(delta),"logprobs":null,"#
                + #""finish_reason":\#(finish)}]\#(includingUsage ? #","usage":null"# : "")}"#)
    }
}
