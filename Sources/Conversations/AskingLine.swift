/// The order in which an exchange asks its providers: as they are given, and those that had better be left alone after the
/// others. In the end everybody is asked.
struct AskingLine {
    /// One provider's turn.
    struct Turn {
        var provider: any ChatProvider
        /// The attempt with which it is asked.
        var attempt: AttemptID
        /// It is to tell whether the provider is back.
        var isTrial: Bool
        /// Those that had better be left alone and would have been asked before, and the provider itself where it is asked
        /// nevertheless. Each is told of once.
        var passedOver: [any ChatProvider]
    }

    private let health: any ProviderHealth
    private let surroundings: Surroundings
    private let conditions: [String: ProviderCondition]
    private var waiting: ArraySlice<any ChatProvider>
    /// Left alone until then; nil for as long as may be.
    private var postponed: [(provider: any ChatProvider, until: Timestamp?)] = []

    init(_ providers: [any ChatProvider], health: any ProviderHealth, surroundings: Surroundings) async {
        self.health = health
        self.surroundings = surroundings
        waiting = providers[...]
        // Where nothing is known of them, they are asked as they are given.
        conditions = (try? await health.conditions(of: providers.map(\.name))) ?? [:]
    }

    var isEmpty: Bool { waiting.isEmpty && postponed.isEmpty }

    /// As it was when the line formed.
    func condition(of provider: any ChatProvider) -> ProviderCondition {
        conditions[provider.name] ?? ProviderCondition()
    }

    /// Whose turn it is among those that can take the message at all; nil at the line's end.
    mutating func next(where canTake: (any ChatProvider) -> Bool) async -> Turn? {
        let attempt = surroundings.newAttemptID()
        var passedOver: [any ChatProvider] = []
        while let provider = waiting.popFirst() {
            guard canTake(provider) else { continue }
            let now = surroundings.now()
            switch condition(of: provider).turn(at: now) {
            case .now: return Turn(provider: provider, attempt: attempt, isTrial: false, passedOver: passedOver)
            case .onTrial:
                if await claimsTrial(of: provider, for: attempt) {
                    return Turn(provider: provider, attempt: attempt, isTrial: true, passedOver: passedOver)
                }
                postponed.append((provider, now))
            case .later(let until): postponed.append((provider, until))
            }
            passedOver.append(provider)
        }
        guard let index = postponed.indices.min(by: { isSooner(postponed[$0].until, postponed[$1].until) }) else {
            return nil
        }
        let provider = postponed.remove(at: index).provider
        // Its time may have come meanwhile. Another that tries it too is no reason not to: nobody else is left.
        let isDue = condition(of: provider).turn(at: surroundings.now()) == .onTrial
        let isTrial = isDue ? await claimsTrial(of: provider, for: attempt) : false
        return Turn(provider: provider, attempt: attempt, isTrial: isTrial, passedOver: passedOver)
    }

    private func isSooner(_ one: Timestamp?, _ other: Timestamp?) -> Bool {
        guard let one else { return false }
        return other.map { one < $0 } ?? true
    }

    /// Asks to be the one that tries this provider. Where that cannot be written down, everybody may.
    func claimsTrial(of provider: any ChatProvider, for attempt: AttemptID) async -> Bool {
        let now = surroundings.now()
        let until = now.advanced(by: provider.reach.longestReply)
        return (try? await health.claimTrial(of: provider.name, for: attempt, now: now, until: until)) ?? true
    }

    /// Leaves the trial of a turn that came to nothing to others.
    func giveUp(_ turn: Turn) async {
        guard turn.isTrial else { return }
        let now = surroundings.now()
        _ = try? await health.claimTrial(of: turn.provider.name, for: turn.attempt, now: now, until: now)
    }
}
