internal import Conversations
internal import JSON

/// A response as programs see it: the same while it streams, when it has ended, and whenever it is asked for again.
struct ResponseObject: Sendable {
    enum Status: String, Sendable {
        case inProgress = "in_progress"
        case completed, incomplete, failed, cancelled
    }

    /// `resp_…`
    var name: String
    /// `msg_…`: the reply's.
    var itemName: String
    var createdAt: Timestamp
    var status: Status
    /// nil until it is completed.
    var completedAt: Timestamp?
    /// Why it is incomplete; nil unless it is.
    var incompleteReason: String?
    /// nil unless it has failed.
    var failure: ResponseRecord.Failure?
    /// As far as it has come.
    var text: String
    var record: ResponseRecord
    /// The response that it goes on from: its name.
    var previous: String?
    /// The one that the request named.
    var conversation: ChatID?
    var isStored: Bool
    /// Who answers.
    var provider: String?
    /// The reply as it is kept; nil where nothing is.
    var message: MessageID?

    /// The reply as an item.
    func write(item json: inout JSONWriter) {
        let itemStatus =
            switch status {
            case .completed: "completed"
            case .inProgress: "in_progress"
            case .incomplete, .failed, .cancelled: "incomplete"
            }
        json.replyItem(itemName, status: itemStatus, text: text)
    }
}

/// Where a response belongs among the chats.
struct ResponsePlace: Equatable, Sendable {
    /// The reply of the response that it goes on from, by its sequence number in the same chat.
    var previous: Int?
    /// The request named the chat.
    var namesConversation = false
    /// What it is called where its messages are kept and it is not; nil where it is kept, and named after its reply.
    var unstoredName: String?
}

// MARK: - Of what is kept

extension ResponseObject {
    /// - Parameter reply: As it stands.
    init(_ reply: Message, record: ResponseRecord, at place: ResponsePlace) {
        name = place.unstoredName ?? reply.id.responseName
        itemName = reply.id.itemName
        createdAt = reply.createdAt
        status = .inProgress
        text = reply.content
        self.record = record
        previous = place.previous.map { MessageID(chat: reply.id.chat, seq: $0).responseName }
        conversation = place.namesConversation ? reply.id.chat : nil
        isStored = place.unstoredName == nil
        message = reply.id
        take(reply)
    }

    /// - Throws: ``ServiceError`` where what is kept of it cannot be read.
    init(_ response: StoredResponse) throws(ServiceError) {
        guard let record = ResponseRecord(text: response.fields.fields) else { throw .internalError }
        self.init(
            response.reply, record: record,
            at: ResponsePlace(
                previous: response.fields.previous, namesConversation: response.fields.namesConversation))
    }

    /// Takes over how the reply stands.
    mutating func take(_ reply: Message) {
        text = reply.content
        provider = reply.provider
        switch reply.status {
        case .streaming: break
        case .complete: end(finishedAt: reply.finishedAt, reason: reply.finishReason)
        case .interrupted, .failed: fail(reply.error)
        }
    }
}

// MARK: - Of what is not

extension ResponseObject {
    init(
        unkeptNamed name: String, itemName: String, createdAt: Timestamp, previous: String?, provider: String,
        record: ResponseRecord
    ) {
        self.name = name
        self.itemName = itemName
        self.createdAt = createdAt
        status = .inProgress
        text = ""
        self.record = record
        self.previous = previous
        isStored = false
        self.provider = provider
    }
}

// MARK: - Its end

extension ResponseObject {
    /// It is whole, or as long as it was to be.
    mutating func end(finishedAt: Timestamp?, reason: String?) {
        incompleteReason = Self.incompleteReason(reason)
        status = incompleteReason == nil ? .completed : .incomplete
        completedAt = status == .completed ? finishedAt : nil
    }

    /// It is not whole. Where nothing is recorded of its end, whoever wrote it died.
    mutating func fail(_ error: MessageError?) {
        if record.ending?.isCancelled == true {
            status = .cancelled
            return
        }
        status = .failed
        failure =
            record.ending?.failure
            ?? ResponseRecord.Failure(
                code: "server_error", type: error?.code ?? "internal_error",
                message: error?.message ?? "the reply has no end")
    }

    /// Why a reply that a provider ended is shorter than it would have been, in the words that strict clients know.
    private static func incompleteReason(_ reason: String?) -> String? {
        switch FinishReason(reason) {
        case .length: "max_output_tokens"
        case .contentFilter: "content_filter"
        case .stop, .toolCalls: nil
        }
    }
}

// MARK: - As JSON

extension JSONWriter {
    mutating func response(_ response: ResponseObject) {
        let record = response.record
        object { json in
            json.member("id", response.name)
            json.member("object", "response")
            json.member("created_at", response.createdAt.seconds)
            json.memberOrNull("completed_at", response.completedAt?.seconds)
            json.member("status", response.status.rawValue)
            json.member("background", false)
            json.objectOrNull("error", response.failure) { $0.members(of: $1) }
            json.objectOrNull("incomplete_details", response.incompleteReason) { $0.member("reason", $1) }
            json.memberOrNull("instructions", record.instructions)
            json.memberOrNull("max_output_tokens", record.maximumOutputTokens)
            json.memberOrNull("max_tool_calls", record.maximumToolCalls)
            json.member("model", record.model)
            json.array("output") { json in
                if !response.text.isEmpty { response.write(item: &json) }
            }
            json.member("parallel_tool_calls", record.makesParallelToolCalls)
            json.memberOrNull("previous_response_id", response.previous)
            json.objectOrNull("conversation", response.conversation) { $0.member("id", $1.conversationName) }
            json.memberOrNull("prompt_cache_key", record.promptCacheKey)
            json.key("reasoning")
            json.null()
            json.memberOrNull("safety_identifier", record.safetyIdentifier)
            json.member("service_tier", record.serviceTier)
            json.member("store", response.isStored)
            json.member("temperature", record.temperature)
            json.member("top_p", record.topP)
            json.member("presence_penalty", record.presencePenalty)
            json.member("frequency_penalty", record.frequencyPenalty)
            json.member("top_logprobs", 0)
            json.object("text") { json in json.object("format") { $0.member("type", "text") } }
            json.member("tool_choice", record.toolChoice)
            json.array("tools") { _ in }
            json.member("truncation", record.truncation)
            json.objectOrNull("usage", record.ending?.usage) { $0.members(of: $1) }
            json.memberOrNull("user", record.user)
            json.metadata(record.metadata)
            json.object("parley") { json in
                json.memberOrNull("chat", response.message?.chat.rawValue)
                json.memberOrNull("message", response.message?.description)
                json.memberOrNull("provider", response.provider)
                json.member("left_out", record.ending?.leftOut ?? 0)
            }
        }
    }

    private mutating func members(of usage: TokenCounts) {
        member("input_tokens", usage.input)
        object("input_tokens_details") { json in
            json.member("cached_tokens", 0)
            json.member("cache_write_tokens", 0)
        }
        member("output_tokens", usage.output)
        object("output_tokens_details") { $0.member("reasoning_tokens", 0) }
        member("total_tokens", usage.total)
    }

    /// An object of an absent value is null: its key is there always.
    private mutating func objectOrNull<Value>(
        _ name: StaticString, _ value: Value?, _ members: (inout JSONWriter, Value) -> Void
    ) {
        key(name)
        if let value { object { members(&$0, value) } } else { null() }
    }
}
