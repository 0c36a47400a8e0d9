internal import Conversations
internal import JSON

/// What is kept of a response beside its messages: what was asked and is given back, and, once it has ended, how.
struct ResponseRecord: Equatable, Sendable {
    /// As it was asked for.
    var model: String
    var instructions: String?
    var metadata: [String: String] = [:]
    var maximumOutputTokens: Int?
    var maximumToolCalls: Int?
    var makesParallelToolCalls = true
    var promptCacheKey: String?
    var safetyIdentifier: String?
    var user: String?
    var serviceTier = "default"
    var temperature = 1.0
    var topP = 1.0
    var presencePenalty = 0.0
    var frequencyPenalty = 0.0
    var toolChoice = "auto"
    var truncation = "disabled"
    /// nil until the end, and for good where whoever wrote the reply died.
    var ending: Ending?

    struct Ending: Equatable, Sendable {
        /// What the model was not told of the conversation because of a limit: messages.
        var leftOut: Int
        /// nil where there is nothing to count.
        var usage: TokenCounts?
        /// Somebody wanted no more of it.
        var isCancelled = false
        /// Why it is not whole; nil where it is, or was cancelled.
        var failure: Failure?
    }

    struct Failure: Equatable, Sendable {
        /// One of the few words that strict clients know.
        var code: String
        /// Our own, finer one.
        var type: String
        var message: String
    }
}

// MARK: - As JSON, for ourselves

extension ResponseRecord {
    var text: String {
        var json = JSONWriter()
        json.object { json in
            json.member("model", model)
            json.member("instructions", instructions)
            json.metadata(metadata)
            json.member("max_output_tokens", maximumOutputTokens)
            json.member("max_tool_calls", maximumToolCalls)
            json.member("parallel_tool_calls", makesParallelToolCalls)
            json.member("prompt_cache_key", promptCacheKey)
            json.member("safety_identifier", safetyIdentifier)
            json.member("user", user)
            json.member("service_tier", serviceTier)
            json.member("temperature", temperature)
            json.member("top_p", topP)
            json.member("presence_penalty", presencePenalty)
            json.member("frequency_penalty", frequencyPenalty)
            json.member("tool_choice", toolChoice)
            json.member("truncation", truncation)
            if let ending { json.ending(ending) }
        }
        return String(decoding: json.take(), as: UTF8.self)
    }

    /// Nil where the text is no record.
    init?(text: String) {
        guard let value = try? JSONValue(Array(text.utf8)), let model = value["model"]?.string else { return nil }
        self.init(model: model)
        instructions = value["instructions"]?.string
        if case .object(let members) = value["metadata"] {
            for member in members { metadata[member.key] = member.value.string }
        }
        maximumOutputTokens = value["max_output_tokens"]?.integer
        maximumToolCalls = value["max_tool_calls"]?.integer
        makesParallelToolCalls = value["parallel_tool_calls"]?.boolean ?? makesParallelToolCalls
        promptCacheKey = value["prompt_cache_key"]?.string
        safetyIdentifier = value["safety_identifier"]?.string
        user = value["user"]?.string
        serviceTier = value["service_tier"]?.string ?? serviceTier
        temperature = value["temperature"]?.double ?? temperature
        topP = value["top_p"]?.double ?? topP
        presencePenalty = value["presence_penalty"]?.double ?? presencePenalty
        frequencyPenalty = value["frequency_penalty"]?.double ?? frequencyPenalty
        toolChoice = value["tool_choice"]?.string ?? toolChoice
        truncation = value["truncation"]?.string ?? truncation
        ending = value["ending"].map { Ending($0) }
    }
}

extension ResponseRecord.Ending {
    fileprivate init(_ value: JSONValue) {
        leftOut = value["left_out"]?.integer ?? 0
        if let input = value["input_tokens"]?.integer, let output = value["output_tokens"]?.integer {
            usage = TokenCounts(input: input, output: output)
        }
        isCancelled = value["cancelled"]?.boolean ?? false
        if let failure = value["failure"], let code = failure["code"]?.string, let type = failure["type"]?.string,
            let message = failure["message"]?.string
        {
            self.failure = ResponseRecord.Failure(code: code, type: type, message: message)
        }
    }
}

extension JSONWriter {
    fileprivate mutating func ending(_ ending: ResponseRecord.Ending) {
        object("ending") { json in
            json.member("left_out", ending.leftOut)
            json.member("input_tokens", ending.usage?.input)
            json.member("output_tokens", ending.usage?.output)
            json.member("cancelled", ending.isCancelled)
            if let failure = ending.failure { json.object("failure") { $0.members(of: failure) } }
        }
    }

    mutating func members(of failure: ResponseRecord.Failure) {
        member("code", failure.code)
        member("message", failure.message)
        member("type", failure.type)
    }
}
