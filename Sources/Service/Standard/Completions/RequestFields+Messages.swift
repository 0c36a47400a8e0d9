internal import Conversations
internal import JSON

extension RequestFields {
    /// The messages of a completion: at least one.
    ///
    /// A tool's result is told as words of the user's, and calls of tools, which have no words, are left out: no model is given
    /// tools here, but histories from elsewhere may hold them.
    func completionMessages() throws(ServiceError) -> [NewMessage] {
        let entries = try require("messages", try list("messages"))
        var messages: [NewMessage] = []
        for (index, entry) in entries.enumerated() {
            let place = "\(place(of: "messages"))[\(index)]"
            guard case .object = entry else { throw .wrongType(of: place, wanted: "an object") }
            if let message = try RequestFields(entry, at: place).completionMessage() { messages.append(message) }
        }
        guard !messages.isEmpty else {
            throw .wrongValue(of: place(of: "messages"), wanted: "a list with at least one message")
        }
        return messages
    }

    /// nil where nothing is said.
    private func completionMessage() throws(ServiceError) -> NewMessage? {
        let roles = ["system", "developer", "user", "assistant", "tool"]
        let role = try require("role", try choice("role", of: roles))
        let calls = self["tool_calls"] ?? self["function_call"]
        guard let content = try textContent() else {
            guard role == "assistant", calls != nil else { throw .missing(place(of: "content")) }
            return nil
        }
        return switch role {
        case "system": NewMessage(role: .system, content: content)
        case "developer": NewMessage(role: .system, content: content, isDeveloper: true)
        case "assistant": NewMessage(role: .assistant, content: content)
        default: NewMessage(content)
        }
    }

    /// Text, or parts that are text, joined; nil where there is none.
    private func textContent() throws(ServiceError) -> String? {
        guard let content = self["content"] else { return nil }
        if let text = content.string { return text }
        guard let parts = content.elements else {
            throw .wrongType(of: place(of: "content"), wanted: "a string or a list of parts")
        }
        var whole = ""
        for (index, part) in parts.enumerated() {
            let place = "\(place(of: "content"))[\(index)]"
            guard case .object = part else { throw .wrongType(of: place, wanted: "an object") }
            let fields = RequestFields(part, at: place)
            let type = try fields.require("type", try fields.string("type"))
            guard type == "text" || type == "refusal" else {
                throw .unsupportedValue(of: fields.place(of: "type"), "only parts of type 'text' are taken.")
            }
            whole += try fields.require(type, try fields.string(type))
        }
        return whole
    }
}
