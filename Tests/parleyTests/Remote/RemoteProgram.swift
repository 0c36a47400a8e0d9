import Glibc
import Support

/// The real program with a configuration, talking to servers on this machine.
struct RemoteProgram {
    var parley: ParleyProgram

    /// - Parameters:
    ///   - configuration: What is in its `config.yaml`.
    ///   - parley: Whose home it shares; nil for one of its own.
    init(_ configuration: String, in parley: ParleyProgram? = nil) throws {
        self.parley = try parley ?? ParleyProgram()
        for folder in [".config", ".config/parley"] { _ = unsafe mkdir(self.parley.home.file(folder), 0o700) }
        try Files.write(Array(configuration.utf8), to: self.parley.home.file(".config/parley/config.yaml"))
    }

    /// One provider, called `site`, and the settings beside its address.
    init(site address: String, _ settings: String, in parley: ParleyProgram? = nil) throws {
        try self.init(
            "providers:\n  site: {url: \"\(address)\", \(settings)}\ndefault_provider: site\n", in: parley)
    }

    /// Says something, and gives how the program ended with what it printed.
    func chat(_ arguments: String...) throws -> (outcome: ParleyProgram.Outcome, exchange: JSONValue) {
        let outcome = try parley.run(arguments: (arguments + ["--json"]).map { Array($0.utf8) })
        return (outcome, try JSONValue(outcome.output))
    }

    func attempts() throws -> [JSONValue] {
        try JSONValue(parley.run("health", "history", "--json").output)["attempts"]?.elements ?? []
    }
}

/// The routes of a site.
enum Route {
    static let session = "POST /wp-json/mwai/v1/start_session"
    static let submit = "POST /wp-json/mwai-ui/v1/chats/submit"
    static let page = "GET /"
}
