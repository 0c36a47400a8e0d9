internal import Conversations
internal import JSON

/// A response as events, in the order that the standard client's helpers insist on.
struct ResponseEncoding: ReplyEncoding {
    /// As it began.
    private let beginning: ResponseObject
    /// As it ended, and what is told of it where it is not whole.
    private let ended: @Sendable (ReplyOutcome) -> ResponseEnd
    private var sequence = 0

    init(of beginning: ResponseObject, ended: @escaping @Sendable (ReplyOutcome) -> ResponseEnd) {
        self.beginning = beginning
        self.ended = ended
    }

    mutating func begin(_ events: inout EventStreamWriter) {
        events.event("response.created", number()) { json in
            json.key("response")
            json.response(beginning)
        }
        events.event("response.in_progress", number()) { json in
            json.key("response")
            json.response(beginning)
        }
        events.event("response.output_item.added", number()) { json in
            json.member("output_index", 0)
            json.key("item")
            json.replyItem(beginning.itemName, status: "in_progress", text: nil)
        }
        partEvent("response.content_part.added", to: &events) { json in
            json.key("part")
            json.outputText("")
        }
    }

    mutating func text(_ piece: String, to events: inout EventStreamWriter) {
        partEvent("response.output_text.delta", to: &events) { json in
            json.member("delta", piece)
            json.array("logprobs") { _ in }
        }
    }

    mutating func end(_ outcome: ReplyOutcome, to events: inout EventStreamWriter) {
        let end = ended(outcome)
        let response = end.response
        if let error = end.error {
            errorEvent(error, to: &events)
            responseEvent("response.failed", response, to: &events)
        } else {
            finishItem(of: response, to: &events)
            if response.status == .completed {
                responseEvent("response.completed", response, to: &events)
            } else {
                responseEvent("response.incomplete", response, to: &events)
            }
        }
        events.done()
    }

    private mutating func finishItem(of response: ResponseObject, to events: inout EventStreamWriter) {
        partEvent("response.output_text.done", to: &events) { json in
            json.member("text", response.text)
            json.array("logprobs") { _ in }
        }
        partEvent("response.content_part.done", to: &events) { json in
            json.key("part")
            json.outputText(response.text)
        }
        events.event("response.output_item.done", number()) { json in
            json.member("output_index", 0)
            json.key("item")
            response.write(item: &json)
        }
    }

    private mutating func errorEvent(_ error: ServiceError, to events: inout EventStreamWriter) {
        events.event("error", number()) { json in
            json.object("error") { json in
                json.member("type", error.type)
                json.memberOrNull("code", error.code)
                json.member("message", error.message)
                json.memberOrNull("param", error.parameter)
            }
        }
    }

    private mutating func responseEvent(
        _ type: StaticString, _ response: ResponseObject, to events: inout EventStreamWriter
    ) {
        events.event(type, number()) { json in
            json.key("response")
            json.response(response)
        }
    }

    /// An event about the one part of the one item.
    private mutating func partEvent(
        _ type: StaticString, to events: inout EventStreamWriter, _ members: (inout JSONWriter) -> Void
    ) {
        let number = number()
        events.event(type, number) { json in
            json.member("item_id", beginning.itemName)
            json.member("output_index", 0)
            json.member("content_index", 0)
            members(&json)
        }
    }

    /// The number of the next event.
    private mutating func number() -> Int {
        defer { sequence += 1 }
        return sequence
    }
}

extension EventStreamWriter {
    fileprivate mutating func event(_ type: StaticString, _ number: Int, _ members: (inout JSONWriter) -> Void) {
        event(type) { json in
            json.object { json in
                json.member("type", type.description)
                json.member("sequence_number", number)
                members(&json)
            }
        }
    }
}
