import ArgumentParser
import Conversations
import Providers
import Storage

/// Whom the health commands speak of: those who are configured, and those who were asked.
struct KnownProviders {
    /// nil where it cannot be read: what the store knows can be looked at all the same.
    private let configuration: Configuration?

    /// - Throws: where the file that was named is not there.
    init(_ options: GlobalOptions) throws {
        do {
            configuration = try options.configuration()
        } catch let failure as Failure where failure.status == ExitStatus.noInput {
            throw failure
        } catch {
            configuration = nil
            options.notices.notice("the configuration is left aside: \(Failure(error).message)")
        }
    }

    /// Those who would be asked, not those built in that nothing names; where that is not known, those who ever were.
    func all(in store: SQLiteConversationStore?, now: Timestamp) async throws -> [String] {
        guard let configuration else { return try await Self.everAsked(in: store, now: now) }
        return configuration.providersInUse.map(\.settings.name)
    }

    /// Those who were asked at any time, of all or of these.
    static func everAsked(
        of names: [String] = [], in store: SQLiteConversationStore?, now: Timestamp
    ) async throws -> [String] {
        let ever = HealthQuery(
            providers: names, includesOthers: names.isEmpty, since: Timestamp(rawValue: 0), now: now)
        let report = try await store?.health(ever)
        return report?.providers.filter { $0.counts.all > 0 }.map(\.provider) ?? []
    }

    /// - Throws: where one of the names is nobody's: neither configured nor ever asked.
    func check(_ names: [String], in store: SQLiteConversationStore?) async throws {
        guard let configuration else { return }
        let unconfigured = names.filter { configuration.provider(named: $0) == nil }
        guard !unconfigured.isEmpty else { return }
        let asked = try await store?.conditions(of: unconfigured) ?? [:]
        for name in unconfigured where asked[name] == nil {
            var query = AttemptQuery(limit: 1)
            query.providers = [name]
            guard try await store?.attempts(matching: query).attempts.isEmpty ?? true else { continue }
            throw Self.unknown(name, configuration)
        }
    }

    private static func unknown(_ name: String, _ configuration: Configuration) -> Failure {
        let commands = HealthCommand.configuration.subcommands.compactMap { $0.configuration.commandName }
        let advice =
            if let command = Spelling.nearest(to: name, among: commands) {
                "did you mean 'parley health \(command)'?"
            } else {
                Spelling.advice(for: name, among: configuration.providers.map(\.settings.name))
            }
        return Failure(
            ExitStatus.configuration, "unknown_provider",
            "no provider '\(name)' is known, nor was one ever asked: \(advice)")
    }
}

extension Configuration {
    /// Those who would be asked: the user's own, and who else is the default or in the fallback.
    var providersInUse: [Provider] {
        providers.filter { provider in
            let name = provider.settings.name
            return provider.source != .builtIn || name == defaultProvider || fallback.contains(name)
        }
    }
}

extension Array where Element: Hashable {
    /// Each once, where it comes first.
    var withoutRepetitions: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
