internal import Conversations

// What is said of a message for people, in Markdown, on a page and in text alike.

extension Role {
    /// Who says it, as a heading has it.
    var label: String {
        switch self {
        case .user: "You"
        case .assistant: "Assistant"
        case .system: "System"
        }
    }
}

extension Message {
    /// Which message it goes on from, in words, where that is not the one before it.
    func place(after previous: Int?) -> String? {
        if parent == previous { return nil }
        return parent.map { "after #\($0)" } ?? "from the start"
    }

    /// Why it is not whole, in words.
    var state: String? {
        if status == .complete { return nil }
        return status.rawValue + (error.map { ": " + ControlPictures.line($0.message) } ?? "")
    }
}

extension Timestamp {
    /// `2026-01-31 12:00 UTC`, for reading.
    var minuteInUTC: String { rfc3339.prefix(10) + " " + rfc3339.dropFirst(11).prefix(5) + " UTC" }
}
