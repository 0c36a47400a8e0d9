/// Why a provider gave no full answer.
package struct ProviderError: Error, Equatable, Sendable {
    package enum Cause: Equatable, Sendable {
        /// No connection: no such host, refused, no route, reset before a byte came.
        case unreachable
        /// This machine has no way out, or no means to take it.
        case offline
        case timedOut(TimeoutPhase)
        case refusedByTLS
        /// A status that nothing below explains.
        case httpStatus(Int)
        /// It wants a key or a token, or another one.
        case unauthorized
        /// There is no key to ask it with; nothing was sent.
        case locked
        case nonceRejected
        /// Too many requests for the moment.
        case rateLimited
        /// What the site or the account may use is used up, for hours or days.
        case quotaUsedUp
        /// This message is refused, for what it says.
        case rejected
        /// This message, with what must go with it, is longer than it takes; in code points. It was not sent.
        case tooLong(characters: Int, limit: Int)
        /// The site or endpoint is set up in a way that cannot work.
        case misconfigured
        /// It failed by its own account, or one that answers behind it did.
        case failed
        /// It says that it failed, in words that are not known.
        case unexplained
        /// What came cannot be read.
        case brokenStream
        /// The reply stopped before its last event.
        case endedEarly
        /// A well-formed end without any text.
        case empty
        /// More bytes than we take.
        case tooLarge(limit: Int)
        /// It has to be asked in another way, which the provider has now learned.
        case askAgain(Lesson)
    }

    package enum TimeoutPhase: String, Sendable {
        case connect, firstByte, idle, total
    }

    package enum Lesson: String, Sendable {
        /// It wants a nonce after all.
        case nonce
        /// It cannot stream.
        case unstreamed
        /// It is reached by another route.
        case route
        /// It does not know an optional field.
        case fields
    }

    package var cause: Cause
    /// What the other side or the system said: shortened, harmless to a terminal's line, without secrets.
    package var detail: String?
    /// Ask again no sooner.
    package var retryAfter: Duration?

    package init(_ cause: Cause, _ detail: String? = nil, retryAfter: Duration? = nil) {
        self.cause = cause
        self.detail = detail.flatMap { $0.isEmpty ? nil : $0 }
        self.retryAfter = retryAfter
    }
}

// MARK: - What it means

extension ProviderError {
    /// What may help, before anything of the reply has come.
    enum Remedy {
        /// Nothing, anywhere: the message itself is refused.
        case none
        /// Another provider.
        case another
        /// The same after a while, then another.
        case patience
        /// The same at once.
        case again
    }

    var remedy: Remedy {
        switch cause {
        case .rejected, .tooLong: .none
        case .askAgain, .nonceRejected: .again
        case .unreachable, .failed, .empty, .endedEarly, .httpStatus(500...), .httpStatus(408): .patience
        // Where nobody says how long, it is longer than we would wait.
        case .rateLimited: retryAfter == nil ? .another : .patience
        case .offline, .timedOut, .refusedByTLS, .httpStatus, .unauthorized, .locked, .quotaUsedUp, .misconfigured,
            .unexplained,
            .brokenStream, .tooLarge:
            .another
        }
    }

    /// How an attempt that ended with this error is counted, and against whom.
    package var outcome: (ProviderAttempt.Outcome, ProviderAttempt.Fault) {
        switch cause {
        case .unreachable: (.unreachable, .provider)
        case .offline: (.unreachable, .local)
        case .timedOut(.connect): (.timeoutConnect, .provider)
        case .timedOut(.firstByte): (.timeoutFirstByte, .provider)
        case .timedOut(.idle): (.timeoutIdle, .provider)
        case .timedOut(.total): (.timeoutTotal, .provider)
        case .refusedByTLS: (.tls, .provider)
        // What a site words as an error of its own in a stream is a 500 where it does not stream.
        case .httpStatus(500...), .failed, .unexplained, .misconfigured: (.http5xx, .provider)
        case .httpStatus: (.http4xx, .provider)
        case .unauthorized, .locked: (.auth, .config)
        case .nonceRejected: (.nonceRejected, .provider)
        case .rateLimited: (.rateLimited, .limit)
        case .quotaUsedUp: (.quota, .limit)
        case .rejected, .tooLong: (.rejected, .caller)
        case .brokenStream: (.badPayload, .provider)
        case .endedEarly: (.torn, .provider)
        case .empty: (.empty, .provider)
        case .tooLarge: (.tooLarge, .provider)
        case .askAgain(.nonce): (.nonceRejected, .none)
        case .askAgain(.unstreamed): (.badPayload, .none)
        case .askAgain(.route), .askAgain(.fields): (.http4xx, .none)
        }
    }
}
