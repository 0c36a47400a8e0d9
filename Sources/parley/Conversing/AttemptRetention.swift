import Conversations

/// How long each attempt is remembered: whoever has written does away with those that are older.
struct AttemptRetention {
    let health: any ProviderHealth
    /// nil for good.
    let days: Int?
    let now: @Sendable () -> Timestamp

    /// Does this, and then tidies up, however it ended. What keeps that from being done keeps nobody: the next will do it.
    func tidyingUp<Result>(after body: () async throws -> Result) async throws -> Result {
        do {
            let result = try await body()
            await tidyUp()
            return result
        } catch {
            await tidyUp()
            throw error
        }
    }

    private func tidyUp() async {
        guard let days else { return }
        try? await health.pruneAttempts(begunBefore: now().advanced(by: .zero - .seconds(days * 86_400)))
    }
}
