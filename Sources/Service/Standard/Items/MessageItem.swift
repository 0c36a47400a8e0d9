internal import Conversations
internal import JSON

// A message as programs read and write it: an item.

extension NewMessage {
    /// What a program says. The id and the status that it may have read elsewhere mean nothing: every message gets a name of
    /// its own here.
    ///
    /// - Parameter place: Where in the request it stands: `input[2]`.
    init(item value: JSONValue, at place: String) throws(ServiceError) {
        guard case .object = value else { throw .wrongType(of: place, wanted: "an object") }
        let fields = RequestFields(value, at: place)
        if let type = try fields.string("type"), type != "message" {
            throw .unsupportedValue(
                of: fields.place(of: "type"), "items of type '\(type)' are not taken, only messages.")
        }
        let roles = ["user", "assistant", "system", "developer"]
        let role = try fields.require("role", try fields.choice("role", of: roles))
        let content = try Self.text(
            of: try fields.require("content", fields["content"]), at: fields.place(of: "content"))
        switch role {
        case "assistant": self.init(role: .assistant, content: content)
        case "system": self.init(role: .system, content: content)
        case "developer": self.init(role: .system, content: content, isDeveloper: true)
        default: self.init(role: .user, content: content)
        }
    }

    /// A text, or a list of parts that are one, joined. No address in it is ever looked up.
    private static func text(of content: JSONValue, at place: String) throws(ServiceError) -> String {
        if let text = content.string { return text }
        guard let parts = content.elements else { throw .wrongType(of: place, wanted: "a string or a list of parts") }
        var whole = ""
        for (index, part) in parts.enumerated() {
            let place = "\(place)[\(index)]"
            guard case .object = part else { throw .wrongType(of: place, wanted: "an object") }
            let fields = RequestFields(part, at: place)
            let type = try fields.require("type", try fields.string("type"))
            guard ["input_text", "output_text", "text"].contains(type) else {
                throw .unsupportedValue(
                    of: fields.place(of: "type"), "parts of type '\(type)' are not taken, only text.")
            }
            whole += try fields.require("text", try fields.string("text"))
        }
        return whole
    }
}

extension RequestFields {
    /// The most items that one request brings.
    static let maximumItems = 20

    /// A list of items; nil where the field is absent.
    func items(_ name: String, upTo limit: Int = maximumItems) throws(ServiceError) -> [NewMessage]? {
        guard let values = try list(name, upTo: limit) else { return nil }
        var messages: [NewMessage] = []
        for (index, value) in values.enumerated() {
            messages.append(try NewMessage(item: value, at: "\(place(of: name))[\(index)]"))
        }
        return messages
    }
}

extension Message {
    /// It stands in lists: it is no reply that brought nothing.
    var isItem: Bool {
        switch status {
        case .complete, .streaming: true
        case .interrupted, .failed: !content.isEmpty
        }
    }

    var itemStatus: String {
        switch status {
        case .complete: "completed"
        case .streaming: "in_progress"
        case .interrupted, .failed: "incomplete"
        }
    }

    fileprivate var itemRole: String { isDeveloper ? "developer" : role.rawValue }
}

extension JSONWriter {
    mutating func item(_ message: Message) {
        if message.role == .assistant {
            return replyItem(message.id.itemName, status: message.itemStatus, text: message.content)
        }
        object { json in
            json.member("id", message.id.itemName)
            json.member("type", "message")
            json.member("role", message.itemRole)
            json.member("status", message.itemStatus)
            json.array("content") { json in
                json.object { json in
                    json.member("type", "input_text")
                    json.member("text", message.content)
                }
            }
        }
    }

    /// What a model says.
    ///
    /// - Parameter text: nil while it has not begun to.
    mutating func replyItem(_ name: String, status: String, text: String?) {
        object { json in
            json.member("id", name)
            json.member("type", "message")
            json.member("role", "assistant")
            json.member("status", status)
            json.array("content") { json in
                if let text { json.outputText(text) }
            }
        }
    }

    /// A part of what a model says.
    mutating func outputText(_ text: String) {
        object { json in
            json.member("type", "output_text")
            json.member("text", text)
            json.array("annotations") { _ in }
            json.array("logprobs") { _ in }
        }
    }
}
