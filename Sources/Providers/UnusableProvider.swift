package import Conversations

/// Stands in a chain for a provider that cannot even be asked, so that the attempt tells why and the next is asked.
package struct UnusableProvider: ChatProvider {
    package let name: String
    package let capabilities = ProviderCapabilities(historyTarget: .messages)
    private let error: ProviderError

    package init(name: String, error: ProviderError) {
        self.name = name
        self.error = error
    }

    package func prepare(for newest: String) throws {
        throw error
    }

    package func reply(to request: ProviderRequest, measuring meter: AttemptMeter) -> StreamedReply {
        StreamedReply { throw error }
    }
}
