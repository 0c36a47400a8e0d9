/// What came of looking now whether a provider would answer.
package struct ProbeSummary: Equatable, Sendable {
    package struct Finding: Equatable, Sendable {
        /// A word for programs, such as `models`.
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package var provider: String
    /// Where it is asked; nil for one on board.
    package var address: String?
    /// How long it took; nil where it is set up so that it cannot be asked, and nothing was sent.
    package var milliseconds: Int64?
    /// As far as it got, in the order found out.
    package var findings: [Finding]
    /// Why it would not answer; nil where it would.
    package var error: MessageError?
    /// It is in the health history, or nothing was to be kept.
    package var isKept: Bool
    /// How the provider stands since; nil where that is not known.
    package var state: ProviderState?

    package init(
        provider: String, address: String?, milliseconds: Int64? = nil, findings: [Finding] = [],
        error: MessageError? = nil, isKept: Bool = true, state: ProviderState? = nil
    ) {
        self.provider = provider
        self.address = address
        self.milliseconds = milliseconds
        self.findings = findings
        self.error = error
        self.isKept = isKept
        self.state = state
    }
}
