import Conversations
import Providers

/// Who is asked, and in which order: the next where those before failed without a word.
struct ProviderChain {
    /// At least one.
    let configurations: [ProviderConfiguration]

    /// - Parameters:
    ///   - names: What stands behind `--provider`: a name, or several with commas between them. Who names providers gets
    ///     these and no others.
    ///   - accustomed: Who answers in this chat; nil in a new one.
    init(named names: String?, accustomed: String?, in configuration: Configuration) throws {
        guard let names else {
            let first = accustomed ?? configuration.defaultProvider
            configurations = try Self.found([first] + configuration.fallback, in: configuration)
            return
        }
        let asked = names.split(separator: ",").map { String($0.trimmingSpaces) }.filter { !$0.isEmpty }
        guard !asked.isEmpty else {
            throw Failure(ExitStatus.usage, "usage", "--provider names nobody: give it a name, or some with commas")
        }
        configurations = try Self.found(asked, in: configuration)
    }

    private static func found(
        _ names: [String], in configuration: Configuration
    ) throws -> [ProviderConfiguration] {
        var found: [ProviderConfiguration] = []
        for name in names where !found.contains(where: { $0.name == name }) {
            found.append(try configuration.existingProvider(named: name).settings)
        }
        return found
    }

    /// The providers, ready to be asked.
    ///
    /// - Throws: ``Failure`` where there is only one, and it cannot be asked for want of a key or a certificate; of several
    ///   each one's turn will tell.
    func providers(
        memory: any ProviderMemory, surroundings: Surroundings, pace: Duration
    ) async throws -> [any ChatProvider] {
        let factory = ProviderFactory.usual(memory: memory, surroundings: surroundings, pace: pace)
        var providers: [any ChatProvider] = []
        for configuration in configurations {
            do {
                providers.append(try await factory.provider(configuration))
            } catch let missing as ProviderSecrets.Missing {
                guard configurations.count > 1 else { throw Failure(missing, of: configuration.name) }
                let error = ProviderError(.locked, missing.problem)
                providers.append(UnusableProvider(name: configuration.name, error: error))
            } catch let error as ProviderError {
                guard configurations.count > 1 else { throw Failure(error, of: configuration.name) }
                providers.append(UnusableProvider(name: configuration.name, error: error))
            }
        }
        return providers
    }
}

extension Failure {
    /// A provider that is set up in a way that cannot work.
    init(_ error: ProviderError, of provider: String) {
        self.init(
            ExitStatus.configuration, error.code, "\(provider): \(error.messageError.message): \(error.advice)")
    }

    /// A provider whose key is not where it is said to be.
    init(_ missing: ProviderSecrets.Missing, of provider: String) {
        self.init(
            ExitStatus.configuration, "no_key", "\(provider) has no key, \(missing.problem): \(missing.advice)")
    }
}

extension ProviderFactory {
    /// As the commands use it.
    static func usual(memory: any ProviderMemory, surroundings: Surroundings, pace: Duration) -> ProviderFactory {
        ProviderFactory(
            memory: memory, surroundings: surroundings, userAgent: "Parley/\(Version.current)", pace: pace,
            secret: ProviderSecrets.secret)
    }
}

extension Substring {
    fileprivate var trimmingSpaces: Substring {
        let start = drop { $0 == " " }
        return start.lastIndex { $0 != " " }.map { start[...$0] } ?? start
    }
}
