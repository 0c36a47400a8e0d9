internal import JSON

extension RequestFields {
    /// Refuses what no reply of ours would honour, in completions and responses alike: a caller must not believe that it
    /// did.
    func refuseWhatIsNotHonoured() throws(ServiceError) {
        if try boolean("background") == true { throw .unsupported("background") }
        if let count = self["n"], count.integer != 1 {
            throw .unsupportedValue(of: "n", "one answer is given to a request.")
        }
        for name in ["tools", "functions"] {
            if try list(name)?.isEmpty == false { throw .unsupported(name) }
        }
        for name in ["tool_choice", "function_call"] {
            guard let choice = self[name] else { continue }
            guard choice.string == "auto" || choice.string == "none" else { throw .unsupported(name) }
        }
        if try boolean("logprobs") == true { throw .unsupported("logprobs") }
        if let count = self["top_logprobs"], count.integer != 0 { throw .unsupported("top_logprobs") }
        if let modalities = self["modalities"], modalities != .array([.string("text")]) {
            throw .unsupportedValue(of: "modalities", "this server answers with text.")
        }
        if case .object(let biases) = self["logit_bias"], !biases.isEmpty { throw .unsupported("logit_bias") }
        for name in ["prompt", "audio", "moderation", "context_management", "web_search_options"]
        where self[name] != nil {
            throw .unsupported(name)
        }
    }

    /// Refuses a form of answer that is not plain text.
    ///
    /// - Parameter name: Of the field that holds the form: `response_format`, or `format` of `text`.
    func refuseOtherFormThanText(_ name: String) throws(ServiceError) {
        guard let format = try fields(name) else { return }
        let type = try format.require("type", try format.string("type"))
        guard type == "text" else {
            throw .unsupportedValue(of: format.place(of: "type"), "this server answers with plain text.")
        }
    }
}
