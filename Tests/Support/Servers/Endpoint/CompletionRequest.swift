/// What a client asks of a model.
struct CompletionRequest {
    let model: String
    let messages: [ModelMessage]
    let isStreamed: Bool
    let includesUsage: Bool

    /// - Throws: what an endpoint answers to a request that is none.
    init(_ request: LoopbackRequest, models: [String]) throws(EndpointError) {
        guard request.mediaType == "application/json", let body = request.json else {
            throw .invalid("We could not parse the JSON body of your request.")
        }
        let name = body["model"]?.text ?? ""
        guard models.contains(name) else {
            throw .invalid(
                "The model '\(name)' does not exist.", parameter: "model", code: "model_not_found", status: 404)
        }
        model = name
        guard let messages = body["messages"]?.elements, !messages.isEmpty else {
            throw .invalid(
                "Missing required parameter: 'messages'.", parameter: "messages", code: "missing_required_parameter")
        }
        var read: [ModelMessage] = []
        for (index, message) in messages.enumerated() {
            guard let role = message["role"]?.text, let content = message["content"]?.text else {
                throw .invalid("Invalid message.", parameter: "messages[\(index)]", code: "invalid_type")
            }
            read.append(ModelMessage(role, content))
        }
        self.messages = read
        isStreamed = body["stream"] == .boolean(true)
        includesUsage = body["stream_options"]?["include_usage"] == .boolean(true)
    }
}
