/// What an attempt that has ended tells of its provider.
package enum AttemptBearing: Equatable, Sendable {
    case good
    /// The provider's own.
    case fault
    /// Refused for their number.
    case limited
    /// Refused for want of a key, or of the right one.
    case refused
    /// Nothing: it was stopped, or is still going on, or somebody else is to blame.
    case nothing
}

extension ProviderAttempt {
    /// An attempt for a nonce tells nothing: the one that it serves does.
    package var bearing: AttemptBearing {
        if kind == .nonce { return .nothing }
        switch (result.outcome, result.fault) {
        case (.pending, _): return .nothing
        case (.ok, _): return .good
        case (_, .provider): return .fault
        case (_, .limit): return .limited
        // Without a status nothing was sent: this process has no key, and another may have one.
        case (.auth, .config) where result.httpStatus != nil: return .refused
        default: return .nothing
        }
    }
}
