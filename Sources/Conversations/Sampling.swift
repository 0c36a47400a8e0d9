/// How a model is to choose its words. What is nil or empty is left to the provider, and a provider that knows nothing of it
/// ignores it.
package struct Sampling: Equatable, Sendable {
    package var temperature: Double?
    package var topP: Double?
    /// The most tokens that the reply may have.
    package var maximumTokens: Int?
    /// Texts at which the reply is to end.
    package var stop: [String] = []
    package var seed: Int?
    package var presencePenalty: Double?
    package var frequencyPenalty: Double?
    /// Who is behind the request, as the other side may tell its users apart.
    package var user: String?

    package init() {}
}
