import Conversations
import Providers

extension Configuration {
    /// The settings of the user: the file's, and over them those of the environment.
    static func current(flag: String?, environment: Environment) throws -> Configuration {
        let file = try ConfigurationFile.find(flag: flag, environment: environment)
        var configuration = try file?.load() ?? Configuration()
        try configuration.apply(environment)
        return configuration
    }

    /// Puts what the environment says over what the file does: a key there is `PARLEY_` and its name.
    mutating func apply(_ environment: Environment) throws {
        if let name = try environment.value("PARLEY_DEFAULT_PROVIDER") {
            try check(name, namedBy: "PARLEY_DEFAULT_PROVIDER")
            chosenDefault = name
        }
        if let names = try environment.value("PARLEY_FALLBACK") {
            fallback = names.split(separator: ",").map { String($0.filter { $0 != " " }) }
            for name in fallback { try check(name, namedBy: "PARLEY_FALLBACK") }
        }
        let settings = Settings(environment: environment)
        setEliza(
            seed: try settings.number("PARLEY_ELIZA_SEED", in: 0...Int.max).map(UInt64.init),
            pace: try settings.number("PARLEY_ELIZA_PACE", in: 0...60_000).map { .milliseconds($0) })
        try Self.readLimit("PARLEY_HISTORY_MAX_TOKENS", environment, into: &history.maximumTokens)
        try Self.readLimit("PARLEY_HISTORY_MAX_CHARACTERS", environment, into: &history.maximumCharacters)
        try Self.readLimit("PARLEY_HISTORY_MAX_MESSAGES", environment, into: &history.maximumMessages)
        switch try environment.value("PARLEY_HISTORY_KEEP_FIRST") {
        case nil: break
        case "true": history.keepFirst = true
        case "false": history.keepFirst = false
        case .some(let value): throw Settings.invalid("PARLEY_HISTORY_KEEP_FIRST", value, "true or false")
        }
        try Self.readLimit("PARLEY_ATTEMPTS_KEEP_DAYS", environment, in: 1...36_500, into: &attemptsKeptDays)
        try serve.apply(environment)
    }

    private func check(_ name: String, namedBy variable: String) throws {
        guard provider(named: name) == nil else { return }
        let advice = Spelling.advice(for: name, among: providers.map(\.settings.name))
        throw Failure(
            ExitStatus.configuration, "unknown_provider",
            "\(variable) names '\(name)', and there is no such provider: \(advice)")
    }

    /// A number, or the word none for no limit; what is not set stays as it is.
    private static func readLimit(
        _ name: String, _ environment: Environment, in range: ClosedRange<Int> = 0...Int.max, into limit: inout Int?
    ) throws {
        guard let text = try environment.value(name) else { return }
        if text == "none" {
            limit = nil
        } else if let number = Int(text), range.contains(number) {
            limit = number
        } else {
            throw Settings.invalid(name, text, "a whole number from \(range.lowerBound), or none")
        }
    }
}
