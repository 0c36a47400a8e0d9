internal import Conversations
internal import JSON

/// What is asked with `POST /v1/responses`, read and found good as far as the request itself can tell.
struct ResponseRequest: Sendable {
    /// What goes before the input.
    enum Context: Equatable, Sendable {
        case nothing
        /// The branch in view of a conversation, by its name.
        case conversation(String)
        /// A response, and what went before it, by its name.
        case response(String)
    }

    var input: [NewMessage]
    var context: Context
    var isStored: Bool
    var streams: Bool
    var sampling: Sampling
    var record: ResponseRecord

    /// Far more than any program sends, and few enough to be looked at one by one.
    private static let maximumInput = 10_000

    /// - Throws: ``ServiceError`` for the first thing that is wrong with it.
    init(_ fields: RequestFields) throws(ServiceError) {
        try fields.refuseWhatIsNotHonoured()
        try fields.fields("text")?.refuseOtherFormThanText("format")
        record = ResponseRecord(model: try fields.require("model", try fields.string("model")))
        input = try Self.input(of: fields)
        context = try Self.context(of: fields)
        isStored = try fields.boolean("store") ?? true
        streams = try fields.boolean("stream") ?? false
        sampling = try fields.sampling(limitedBy: "max_output_tokens")
        try record.read(fields, sampling)
        _ = try fields.list("include")
        _ = try fields.fields("stream_options")
    }

    private static func input(of fields: RequestFields) throws(ServiceError) -> [NewMessage] {
        let value = try fields.require("input", fields["input"])
        if let text = value.string { return [NewMessage(text)] }
        guard case .array = value else {
            throw .wrongType(of: fields.place(of: "input"), wanted: "a string or a list of items")
        }
        let messages = try fields.items("input", upTo: maximumInput) ?? []
        guard !messages.isEmpty else { throw .wrongValue(of: "input", wanted: "at least one item") }
        return messages
    }

    private static func context(of fields: RequestFields) throws(ServiceError) -> Context {
        let previous = try fields.string("previous_response_id")
        guard let conversation = fields["conversation"] else { return previous.map { .response($0) } ?? .nothing }
        guard previous == nil else {
            throw .invalid(
                "mutually_exclusive_parameters",
                "'conversation' and 'previous_response_id' exclude each other: one of them says what goes before.",
                parameter: "previous_response_id")
        }
        if let name = conversation.string { return .conversation(name) }
        guard case .object = conversation else {
            throw .wrongType(of: "conversation", wanted: "a string or an object with an id")
        }
        let inner = RequestFields(conversation, at: "conversation")
        return .conversation(try inner.require("id", try inner.string("id")))
    }
}

extension ResponseRecord {
    /// What is given back as it was sent.
    fileprivate mutating func read(_ fields: RequestFields, _ sampling: Sampling) throws(ServiceError) {
        instructions = try fields.string("instructions")
        metadata = try fields.metadata("metadata") ?? [:]
        maximumOutputTokens = sampling.maximumTokens
        maximumToolCalls = try fields.integer("max_tool_calls", in: 1...Int(Int32.max))
        makesParallelToolCalls = try fields.boolean("parallel_tool_calls") ?? makesParallelToolCalls
        promptCacheKey = try fields.string("prompt_cache_key", upTo: 512)
        safetyIdentifier = try fields.string("safety_identifier", upTo: 512)
        user = sampling.user
        // Others would not be understood by strict clients when they are given back.
        let tiers = ["auto", "default", "flex", "scale", "priority", "fast", "ultrafast"]
        serviceTier = try fields.choice("service_tier", of: tiers) ?? serviceTier
        temperature = sampling.temperature ?? temperature
        topP = sampling.topP ?? topP
        presencePenalty = sampling.presencePenalty ?? presencePenalty
        frequencyPenalty = sampling.frequencyPenalty ?? frequencyPenalty
        toolChoice = fields["tool_choice"]?.string ?? toolChoice
        truncation = try fields.choice("truncation", of: ["auto", "disabled"]) ?? truncation
    }
}
