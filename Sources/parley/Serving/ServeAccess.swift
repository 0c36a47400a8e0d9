import Conversations
import Glibc
import Providers
import Service
import Terminal

/// Which keys open the service.
struct ServeAccess {
    let settings: ServeSettings
    let store: any ServiceKeys
    let surroundings: Surroundings

    struct Opened {
        /// The hash of the key that came from outside; nil where none did.
        var given: [UInt8]?
        /// Where the terminal user's key is: `PARLEY_TOKEN`, say.
        var place: String
    }

    /// The first key's name, and its owner's: the terminal's user.
    static let firstName = Owner.local.rawValue

    /// Finds the key from outside; where there is none and never was another, makes the first one and shows it.
    ///
    /// - Throws: ``Failure`` where others than this machine's could ask, and there is no key.
    func open() async throws -> Opened {
        if let (key, place) = try Self.keyFromOutside(settings) {
            return Opened(given: ServiceKeyText.hash(key), place: place)
        }
        let keys = try await store.keys()
        guard keys.isEmpty else {
            let good = keys.filter { $0.revokedAt == nil }.map(\.name)
            return Opened(
                place: good.isEmpty
                    ? "nowhere: all keys were revoked; 'parley serve keys add NAME' makes one"
                    : "with those who were shown it (\(good.joined(separator: ", ")));"
                        + " 'parley serve keys add NAME' makes another")
        }
        guard settings.isLocal else {
            throw Failure(
                ExitStatus.configuration, "no_key",
                "there is no key yet, and --host \(settings.host) lets others ask: make one first with"
                    + " 'parley serve keys add \(Self.firstName)', or set PARLEY_TOKEN")
        }
        let key = ServiceKeyText.make()
        try await store.add(
            ServiceKey(
                name: Self.firstName, owner: .local, hash: ServiceKeyText.hash(key), createdAt: surroundings.now()))
        try StandardOutput.write(key + "\n")
        return Opened(place: "on the standard output, this once: keep it; nobody can show it again")
    }

    private static func keyFromOutside(_ settings: ServeSettings) throws -> (key: String, place: String)? {
        let source: (place: String, read: () throws -> String)
        if let path = settings.tokenFile {
            source = (path, { try ProviderSecrets.secret(.file(path)) })
        } else if Environment.holds("PARLEY_TOKEN") {
            source = ("PARLEY_TOKEN", { try ProviderSecrets.secret(.environment("PARLEY_TOKEN")) })
        } else {
            return nil
        }
        let key: String
        do {
            key = try source.read()
        } catch let missing as ProviderSecrets.Missing {
            throw Failure(ExitStatus.configuration, "no_key", "there is no key: \(missing.problem): \(missing.advice)")
        }
        guard (ServiceKeyText.minimumLength...ServiceKeyText.maximumLength).contains(key.utf8.count) else {
            throw Failure(
                ExitStatus.configuration, "weak_key",
                "the key in \(source.place) could be guessed: take \(ServiceKeyText.minimumLength) random characters or more,"
                    + " 'openssl rand -hex 32' makes some")
        }
        return (key, source.place)
    }
}
