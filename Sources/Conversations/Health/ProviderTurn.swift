/// When a provider's turn is in a chain of several. The breaker orders; it never forbids.
package enum ProviderTurn: Equatable, Sendable {
    /// In its place.
    case now
    /// In its place, if nobody else tries it at the moment.
    case onTrial
    /// After the others: it wants to be left alone, or is down, until then; nil for as long as no person asks for it.
    case later(until: Timestamp?)
}

extension ProviderCondition {
    /// Its turn in a chain, at this moment.
    package func turn(at now: Timestamp) -> ProviderTurn {
        switch circuit {
        case .open: state(at: now) == .down ? .later(until: retryAt) : .onTrial
        case .halfOpen: rest(at: now).map { .later(until: $0) } ?? .onTrial
        case .closed: rest(at: now).map { .later(until: $0) } ?? .now
        }
    }
}
