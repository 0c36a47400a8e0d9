/// Why a reply ended, in the standard's words.
enum FinishReason: String, Sendable {
    case stop, length
    case contentFilter = "content_filter"
    case toolCalls = "tool_calls"

    /// - Parameter word: The provider's own; nil and words that nobody knows are the usual end.
    init(_ word: String?) {
        switch word {
        case "length", "max_tokens", "max_output_tokens": self = .length
        case "content_filter": self = .contentFilter
        case "tool_calls", "function_call": self = .toolCalls
        default: self = .stop
        }
    }
}
