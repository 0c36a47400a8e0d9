import Conversations
import JSON

/// The object that ends an exchange, in either of its shapes: an answer, or a reason for having none.
enum AIEngineOutcome {
    case answer(AIEngineAnswer)
    case failure(AIEngineFailure)

    /// Nil where the value is no object that tells an outcome.
    init?(_ value: JSONValue) {
        let isSuccess = value["success"]?.boolean
        let reply = value["reply"]?.string
        if isSuccess == true || reply?.isEmpty == false {
            self = .answer(
                AIEngineAnswer(
                    isSuccess: isSuccess == true, reply: reply ?? "",
                    images: value["images"]?.elements?.compactMap(\.string) ?? [],
                    usage: value["usage"].flatMap(TokenUsage.init(aiEngine:)), newToken: value["new_token"]?.string))
        } else if isSuccess != nil || value["code"]?.string != nil {
            self = .failure(
                AIEngineFailure(
                    code: value["code"]?.string, message: value["message"]?.string ?? "",
                    status: value["data"]?["status"]?.integer, newToken: value["new_token"]?.string))
        } else {
            return nil
        }
    }
}

extension TokenUsage {
    /// Nil where no tokens are counted, as for images.
    fileprivate init?(aiEngine usage: JSONValue) {
        guard let input = usage["prompt_tokens"]?.integer, let output = usage["completion_tokens"]?.integer else {
            return nil
        }
        self.init(inputTokens: input, outputTokens: output)
    }
}
