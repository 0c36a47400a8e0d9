internal import Conversations

/// A reading whose errors hold nothing secret.
struct MaskedReading<Reading: ReplyReading>: ReplyReading {
    private var reading: Reading
    private let secrets: Secrets

    init(_ reading: Reading, secrets: Secrets) {
        self.reading = reading
        self.secrets = secrets
    }

    mutating func receive(_ bytes: Span<UInt8>) {
        reading.receive(bytes)
    }

    mutating func finish() {
        reading.finish()
    }

    mutating func next() async throws -> ProviderEvent? {
        do {
            return try await reading.next()
        } catch let error as ProviderError {
            throw secrets.masked(error)
        }
    }
}
