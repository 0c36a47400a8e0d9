extension ProviderError {
    /// The error as it is kept with a message: a word for programs and a sentence for people.
    package var messageError: MessageError { MessageError(code: code, message: sentence) }

    /// The error as it is kept with an attempt: what the other side said itself, where it said something.
    var attemptError: MessageError { MessageError(code: code, message: detail ?? sentence) }

    /// A word for programs.
    package var code: String {
        switch cause {
        case .httpStatus(let status): "http_\(status)"
        case .timedOut: "timeout"
        case .misconfigured: "misconfigured"
        case .failed, .unexplained: "provider_failed"
        case .tooLong: "message_too_long"
        case .unreachable, .offline, .refusedByTLS, .unauthorized, .locked, .nonceRejected, .rateLimited,
            .quotaUsedUp, .rejected, .brokenStream, .endedEarly, .empty, .tooLarge, .askAgain:
            outcome.0.rawValue
        }
    }

    /// What happened.
    private var sentence: String {
        let said = detail.map { " (\($0))" } ?? ""
        return switch cause {
        case .unreachable: "the provider could not be reached" + said
        case .offline: "the provider could not be asked" + said
        case .timedOut(let phase): "the provider took too long (\(detail ?? phase.words))"
        case .refusedByTLS: "the secure connection was refused" + said
        case .httpStatus(let status): "the provider answered \(status)" + said
        case .unauthorized: "the provider wants a valid key" + said
        case .locked: "the provider was not asked, there is no key for it" + said
        case .nonceRejected: "the site refused the pass that it had given us, its nonce" + said
        case .rateLimited: "the provider wants fewer requests" + said
        case .quotaUsedUp: "what the provider may use is used up" + said
        case .rejected: "the provider refused this message" + said
        case .tooLong(let characters, let limit):
            "the message has \(characters) characters with what must go with it, and the provider takes \(limit);"
                + " it was not sent"
        case .misconfigured: "the provider is not set up to answer" + said
        case .failed: "the provider failed" + said
        case .unexplained: "the provider gave no answer" + said
        case .brokenStream: "the reply could not be read" + said
        case .endedEarly: "the reply stopped before its end" + said
        case .empty: "the provider answered without any text" + said
        case .tooLarge(let limit): "the reply is larger than \(limit) bytes"
        case .askAgain(let lesson): "the provider has to be asked in another way (\(lesson.rawValue))" + said
        }
    }

    /// What a person can do about it.
    package var advice: String {
        // A proxy may say when to come back along with any error; it counts where waiting helps.
        let helps = remedy == .patience || cause == .rateLimited || cause == .quotaUsedUp || cause == .unexplained
        if retryAfter != nil && helps { return "try again in \(wait)" }
        return switch cause {
        case .unreachable: "check the address and the network"
        case .offline: "check this machine's network"
        case .timedOut(.connect): "check the address and the network, or allow more time (timeouts: connect)"
        case .timedOut(let phase): "try again, or allow more time (timeouts: \(phase.key))"
        case .refusedByTLS: "check the address and the clock; a private authority goes into ca_file"
        case .unauthorized: "check the key that api_key_env, api_key_file or api_token_env names"
        case .locked: "put it where the configuration says it is"
        case .httpStatus(300..<400): "if that is its new address, put it into the configuration"
        case .httpStatus(400), .httpStatus(422): "check the model and the settings"
        case .httpStatus(403): "something before it does not let this program in"
        case .httpStatus(408): "try again later"
        case .httpStatus(413), .tooLong: "shorten it"
        case .httpStatus(400..<500): "check the address"
        case .rejected: "shorten it or say it otherwise; some sites mean the bot, or your address"
        case .quotaUsedUp: "try again in some hours, or ask another with --provider"
        case .misconfigured: "its owner has to mend it; ask another with --provider"
        case .brokenStream: "check the address, something else may answer there"
        case .tooLarge: "ask for less, or raise the limit (limits: reply)"
        case .nonceRejected, .rateLimited, .httpStatus, .failed, .unexplained, .endedEarly, .empty, .askAgain:
            "try again later"
        }
    }

    private var wait: String {
        let seconds = (max(1, retryAfter?.milliseconds ?? 0) - 1) / 1000 + 1
        return switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7200: "\((seconds + 59) / 60) min"
        default: "\((seconds + 3599) / 3600) h"
        }
    }
}

extension ProviderError.TimeoutPhase {
    fileprivate var words: String {
        switch self {
        case .connect: "no connection"
        case .firstByte: "no answer"
        case .idle: "a silence in mid-reply"
        case .total: "the reply as a whole"
        }
    }

    /// What the configuration calls its length.
    fileprivate var key: String { self == .firstByte ? "first_byte" : rawValue }
}
