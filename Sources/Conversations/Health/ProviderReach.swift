/// What the health history has to know of a provider beside its name.
package struct ProviderReach: Equatable, Sendable {
    /// The machine that is asked, where that lies over the network: by failing together, several tell that the network is
    /// down. Nil where the provider is on board or on this machine.
    package var host: String?
    /// The longest that a reply may take.
    package var longestReply: Duration

    package init(host: String? = nil, longestReply: Duration = .seconds(1800)) {
        self.host = host
        self.longestReply = longestReply
    }
}
