extension SiteRules {
    /// What a message may be, and how it is answered, as measured on real sites.
    mutating func submit(_ request: LoopbackRequest) -> SiteAnswer {
        for violation in SiteViolation.found(inSubmitted: request) { note(violation) }
        let isJSON = request.mediaType == "application/json"
        if isJSON && !request.body.isEmpty && request.json == nil { return .invalidJSON }
        // In the address it satisfies WordPress, but not the plugin.
        if version.needsNonce && request.header("X-WP-Nonce") == nil { return .forbidden }
        // A body that is no JSON has no fields.
        let body = (isJSON ? request.json : nil) ?? .null
        guard !breaksPHP(body) else { return .fatal }
        guard hasAllThatIsNeeded(body) else { return refusal(403, Self.rejected, request) }
        let isStreamed = PHPText.isTrue(body["stream"])
        if let reason = reasonToRefuse(body) {
            guard isStreamed else { return refusal(500, reason, request) }
            // The stream has not been opened: its bytes come under the type of JSON.
            return SiteAnswer(pieces: [event("error", reason)])
        }
        return reply(to: request, body, isStreamed: isStreamed)
    }

    // MARK: - Checks

    private static let rejected = "Sorry, your query has been rejected."

    private func breaksPHP(_ body: JSONValue) -> Bool {
        let isList = { (value: JSONValue?) in
            switch value {
            case .array?, .object?: true
            default: false
            }
        }
        return isList(body["newMessage"]) || isList(body["chatId"]) || body["messages"]?.text != nil
    }

    private func hasAllThatIsNeeded(_ body: JSONValue) -> Bool {
        let message = body["newMessage"]?.text ?? ""
        let hasBot = PHPText.isTrue(body["botId"]) || PHPText.isTrue(body["customId"])
        let hasFile = PHPText.isTrue(body["newFileId"]) || PHPText.isTrue(body["newFileIds"])
        guard hasBot, hasFile || !PHPText.trimmed(message).isEmpty else { return false }
        return version.byteLimit.map { message.utf8.count <= $0 } ?? true
    }

    private func reasonToRefuse(_ body: JSONValue) -> String? {
        let message = PHPText.trimmed(body["newMessage"]?.text ?? "")
        let limit = settings.textInputMaxLength
        if limit > 0, let length = version.length(of: message), length > limit { return Self.rejected }
        if version.refusesUnknownBots, let bot = body["botId"]?.text, !settings.bots.contains(bot) {
            return Self.rejected
        }
        let messages = body["messages"]?.elements ?? []
        return messages.allSatisfy { $0["role"] != nil } ? nil : "Unsupported message type."
    }

    func refusal(_ status: Int, _ reason: String, _ request: LoopbackRequest) -> SiteAnswer {
        .json(
            status, #"{"success":false,"message":\#(PHPText.json(reason))\#(newToken(for: request))}"#)
    }

    // MARK: - Replies

    /// What the model sees of a request: the instructions, the history as the plugin trims it, and the new message.
    private func prompt(of body: JSONValue) -> [ModelMessage] {
        var history = (body["messages"]?.elements ?? []).map {
            ModelMessage($0["role"]?.text ?? "", $0["content"]?.text ?? "")
        }
        let message = ModelMessage("user", body["newMessage"]?.text ?? "")
        if version.mergesRepeatedMessage && history.last == message { history.removeLast() }
        if !version.keepsFirstMessage {
            history = history.suffix(14)
        } else if history.count > settings.maxMessages + 1 {
            history = history.prefix(1) + history.suffix(settings.maxMessages)
        }
        return [ModelMessage("system", settings.instructions)] + history + [message]
    }

    private mutating func reply(
        to request: LoopbackRequest, _ body: JSONValue, isStreamed: Bool
    ) -> SiteAnswer {
        let prompt = prompt(of: body)
        var pieces = ask(prompt)
        let headers = newSessionCookie(for: request)
        if isStreamed && version.padsLineFeeds { pieces = pieces.map { $0 == "\n" ? "  \n" : $0 } }
        let result = result(pieces.joined(), prompt: prompt, request)
        guard isStreamed else { return .json(200, result, headers: headers) }
        return SiteAnswer(
            contentType: "text/event-stream;charset=UTF-8", headers: headers + [("Cache-Control", "no-cache")],
            pieces: pieces.map { event("live", $0) } + [event("end", result)])
    }

    private func event(_ type: String, _ data: String) -> String {
        #"data: {"type":"\#(type)","data":\#(PHPText.json(data))}"# + "\n\n"
    }

    /// The object that tells a reply, by itself or within the `end` of a stream.
    private func result(_ text: String, prompt: [ModelMessage], _ request: LoopbackRequest) -> String {
        let asked = prompt.count
        let replied = text.utf8.count / 4 + 1
        var members = [
            #""success":true"#, #""reply":\#(PHPText.json(PHPText.trimmed(text)))"#, #""images":null"#,
        ]
        if version.hasActions { members += [#""actions":[]"#, #""shortcuts":[]"#, #""blocks":[]"#] }
        let price = version.hasPrice ? #","price":null,"queries":1,"accuracy":"estimated""# : ""
        members.append(
            #""usage":{"prompt_tokens":\#(asked),"completion_tokens":\#(replied),"total_tokens":\#(asked + replied)"#
                + price + "}")
        if version.hasResponseID { members.append(#""responseId":"chatcmpl-standin\#(prompts.count)""#) }
        return "{" + members.joined(separator: ",") + newToken(for: request) + "}"
    }
}
