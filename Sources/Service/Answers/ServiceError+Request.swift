internal import Conversations
internal import HTTPTypes

// What a client is told when nothing was written down because of what it asked for.
extension ServiceError {
    init(_ error: HistoryError) {
        switch error {
        case .messageTooLarge(let bytes, let limit):
            self = .invalid(
                "context_length_exceeded", "The newest message has \(bytes) bytes; no more than \(limit) are taken.")
        case .messageTooLong(let characters, let limit):
            self = .invalid(
                "context_length_exceeded",
                "The newest message has \(characters) characters with what must go with it; \(limit) are taken.")
        }
    }

    init(_ error: TurnError) {
        switch error {
        case .nothingToRetry: self = .invalid("invalid_value", "There is no reply here to be given once more.")
        case .notTheUsers: self = .invalid("invalid_value", "Only what the user said can be said in other words.")
        case .nothingToAnswer:
            self = .invalid("invalid_value", "What is said has to end with a message of the user's.")
        }
    }

    init(_ error: ChatLabelError) {
        switch error {
        case .longTitle(_, let limit): self = .tooLong("title", limit: limit)
        case .longTag(_, let limit): self = .tooLong("tags", limit: limit)
        case .emptyTag: self = .wrongValue(of: "tags", wanted: "words")
        case .tagOfControls: self = .wrongValue(of: "tags", wanted: "words on one line")
        }
    }
}
