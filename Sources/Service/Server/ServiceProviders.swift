package import Conversations

/// The configured providers, as the service asks them: each is made once, and shared by all requests.
package protocol ServiceProviders: Sendable {
    /// In the order of the configuration, the default one first.
    var names: [String] { get }
    /// The provider of this name; nil where none is configured. One that cannot be asked says so when it is.
    func provider(named name: String) async -> (any ChatProvider)?
    /// Looks now whether it would answer, which is an attempt in the health history; nil where no provider of this name is
    /// configured.
    func check(_ name: String) async -> ProbeSummary?
}
