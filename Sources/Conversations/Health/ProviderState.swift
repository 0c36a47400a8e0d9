/// How a provider stands, as its attempts tell. What leads from one to the next: ``ProviderCondition``.
package enum ProviderState: String, Sendable, CaseIterable {
    /// No attempt has told yet.
    case unknown
    case healthy
    /// It answers, and has failed of late, or wants fewer requests.
    case degraded
    /// It has failed so often that others are asked first until its time has come.
    case down
    /// Its time has come, or it has answered once: one trial at a time tells whether it is back.
    case recovering
}
