import Conversations
import Support

extension ScriptedProvider.Step {
    static func text(_ text: String) -> Self { .event(.text(text)) }

    /// The reply is whole.
    static let finish = Self.event(.finish(reason: "stop", text: nil))

    static func fails(_ cause: ProviderError.Cause, retryAfter: Duration? = nil) -> Self {
        .failure(ProviderError(cause, retryAfter: retryAfter))
    }
}

extension ScriptedProvider {
    /// One that fails in the same way whenever it is asked.
    convenience init(name: String, failing cause: ProviderError.Cause, retryAfter: Duration? = nil) {
        self.init(name: name, [.fails(cause, retryAfter: retryAfter)])
    }
}
