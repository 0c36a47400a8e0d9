internal import Conversations
internal import JSON

/// The fields of a request that say how a model is to choose its words. Not every server takes each, and not every model.
enum OpenAISampling: String, CaseIterable {
    case temperature
    case topP = "top_p"
    case maximumTokens = "max_tokens"
    /// What newer models call the same.
    case maximumCompletionTokens = "max_completion_tokens"
    case stop
    case seed
    case presencePenalty = "presence_penalty"
    case frequencyPenalty = "frequency_penalty"
    case user

    /// The fields that a request has, without those that are refused. A limit goes by its newer name where the older one is.
    static func fields(of sampling: Sampling, without refused: Set<OpenAISampling>) -> [OpenAISampling] {
        allCases.filter { field in
            field.isSaid(by: sampling) && !refused.contains(field)
                && (field != .maximumCompletionTokens || refused.contains(.maximumTokens))
        }
    }

    private func isSaid(by sampling: Sampling) -> Bool {
        switch self {
        case .temperature: sampling.temperature != nil
        case .topP: sampling.topP != nil
        case .maximumTokens, .maximumCompletionTokens: sampling.maximumTokens != nil
        case .stop: !sampling.stop.isEmpty
        case .seed: sampling.seed != nil
        case .presencePenalty: sampling.presencePenalty != nil
        case .frequencyPenalty: sampling.frequencyPenalty != nil
        case .user: sampling.user != nil
        }
    }

    func write(_ sampling: Sampling, to json: inout JSONWriter) {
        json.key(named: rawValue)
        switch self {
        case .temperature: json.write(sampling.temperature)
        case .topP: json.write(sampling.topP)
        case .maximumTokens, .maximumCompletionTokens: json.write(sampling.maximumTokens)
        case .stop: json.array { json in for text in sampling.stop { json.string(text) } }
        case .seed: json.write(sampling.seed)
        case .presencePenalty: json.write(sampling.presencePenalty)
        case .frequencyPenalty: json.write(sampling.frequencyPenalty)
        case .user: json.string(sampling.user ?? "")
        }
    }

    /// Those of the fields that were sent which an endpoint says that it does not take, in its own words.
    static func refused(by words: String, of sent: [OpenAISampling]) -> [OpenAISampling] {
        let words = words.lowercased()
        guard wordsOfRefusal.contains(where: words.contains) else { return [] }
        let names = Set(words.split { !($0.isLetter || $0.isNumber || $0 == "_") })
        return sent.filter { names.contains(Substring($0.rawValue)) }
    }

    /// A value out of range is the asker's, and no reason to ask without it.
    private static let wordsOfRefusal = [
        "unsupported", "not supported", "not support", "unrecognized", "unrecognised", "unknown", "unexpected",
        "not permitted", "not allowed", "not accepted", "extra",
    ]
}

extension JSONWriter {
    fileprivate mutating func write(_ number: Double?) {
        if let number { self.number(number) } else { null() }
    }

    fileprivate mutating func write(_ number: Int?) {
        if let number { integer(number) } else { null() }
    }
}
