internal import Conversations
internal import JSON

// What other tools write for a time, in all the ways that have been seen.
extension JSONValue {
    /// A moment: seconds since 1970 as a number or in digits, milliseconds where it were far too late otherwise, or
    /// RFC 3339 with a zone or without. Nil for anything else, and for the year 1970's first moment, which means nothing.
    var moment: Timestamp? {
        if let seconds = double ?? string.flatMap(Double.init) {
            let milliseconds = abs(seconds) < 100_000_000_000 ? seconds * 1000 : seconds
            guard milliseconds > 0, milliseconds < 253_402_300_800_000 else { return nil }
            return Timestamp(rawValue: Int64(milliseconds.rounded(.down)))
        }
        return string.flatMap { Timestamp(rfc3339: $0) ?? Timestamp(rfc3339: $0 + "Z") }
    }

    /// The strings in it: itself, or of a list those that its elements are or have under `text`.
    var texts: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let elements): elements.flatMap(\.texts)
        case .object: self["text"]?.texts ?? []
        default: []
        }
    }
}
