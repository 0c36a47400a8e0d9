internal import Conversations
internal import JSON

extension RequestFields {
    /// How the model is to choose its words.
    ///
    /// - Parameter limits: What the field is called that bounds the reply; of several that are there, the first counts.
    func sampling(limitedBy limits: String...) throws(ServiceError) -> Sampling {
        var sampling = Sampling()
        sampling.temperature = try number("temperature", in: 0...2)
        sampling.topP = try number("top_p", in: 0...1)
        for name in limits {
            let limit = try integer(name, in: 1...Int(Int32.max))
            sampling.maximumTokens = sampling.maximumTokens ?? limit
        }
        sampling.stop = try stop()
        sampling.seed = try integer("seed", in: Int.min...Int.max)
        sampling.presencePenalty = try number("presence_penalty", in: -2...2)
        sampling.frequencyPenalty = try number("frequency_penalty", in: -2...2)
        sampling.user = try string("user", upTo: 512)
        return sampling
    }

    /// One text, or at most four.
    private func stop() throws(ServiceError) -> [String] {
        guard let value = self["stop"] else { return [] }
        if let text = value.string { return text.isEmpty ? [] : [text] }
        guard let elements = value.elements else {
            throw .wrongType(of: place(of: "stop"), wanted: "a string or a list of strings")
        }
        guard elements.count <= 4 else {
            throw .invalid("array_above_max_length", "'stop' holds more than 4 texts.", parameter: place(of: "stop"))
        }
        var texts: [String] = []
        for (index, element) in elements.enumerated() {
            guard let text = element.string else {
                throw .wrongType(of: "\(place(of: "stop"))[\(index)]", wanted: "a string")
            }
            if !text.isEmpty { texts.append(text) }
        }
        return texts
    }
}
