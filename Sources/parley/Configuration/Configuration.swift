import Conversations
import Providers
import YAML

/// What is set, by the file and the environment, and what holds where nothing is.
struct Configuration: Equatable {
    /// Where a provider's settings come from.
    enum Source: Equatable {
        case builtIn
        /// Path and line: `config.yaml:12`.
        case file(place: String)
    }

    struct Provider: Equatable {
        var settings: ProviderConfiguration
        var source: Source
    }

    /// Who is asked where nobody is named; nil where nothing says so.
    var chosenDefault: String?
    /// Who is asked when another fails, in this order.
    var fallback: [String] = []
    /// Those of the file in its order, then those that are built in.
    private(set) var providers = ProviderConfiguration.builtIn.map { Provider(settings: $0, source: .builtIn) }
    var history = HistoryLimits.standard
    /// How many days each attempt is remembered; nil for good.
    var attemptsKeptDays: Int? = 90
    var serve = ServeSettings()

    /// The chosen one, else the first of the fallback, else the bot on board.
    var defaultProvider: String { chosenDefault ?? fallback.first ?? "eliza" }

    func provider(named name: String) -> Provider? {
        providers.first { $0.settings.name == name }
    }

    /// The provider's settings.
    ///
    /// - Throws: where there is none of this name.
    func existingProvider(named name: String) throws -> Provider {
        if let provider = provider(named: name) { return provider }
        let advice = Spelling.advice(for: name, among: providers.map(\.settings.name))
        throw Failure(ExitStatus.configuration, "unknown_provider", "there is no provider '\(name)': \(advice)")
    }

    /// The settings of the one who answers in a chat.
    ///
    /// - Throws: where there is none of this name any more.
    func providerOfChat(named name: String) throws -> Provider {
        if let provider = provider(named: name) { return provider }
        throw Failure(
            ExitStatus.configuration, "unknown_provider",
            "the chat's provider '\(name)' is not configured any more: name another with --provider")
    }

    /// Somebody has said who is to answer.
    var namesProviders: Bool {
        chosenDefault != nil || !fallback.isEmpty || providers.contains { $0.source != .builtIn }
    }

    /// Sets what the bots on board have in common: nil leaves each its own.
    mutating func setEliza(seed: UInt64?, pace: Duration?) {
        for index in providers.indices {
            guard case .eliza(var eliza) = providers[index].settings.family else { continue }
            eliza.seed = seed ?? eliza.seed
            eliza.pace = pace ?? eliza.pace
            providers[index].settings.family = .eliza(eliza)
        }
    }

    /// The configured providers take the place of those built in under the same name.
    fileprivate mutating func add(_ configured: [Provider]) {
        let names = Set(configured.map(\.settings.name))
        providers = configured + providers.filter { !names.contains($0.settings.name) }
    }

    /// The files that are named in it, found: `~/` is the home, and other names are beside the configuration itself.
    func resolvingFiles(beside path: String) -> Configuration {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        let home = try? Environment.current().value("HOME")
        var resolved = self
        func found(_ name: String) -> String {
            if name.hasPrefix("/") { return name }
            if name.hasPrefix("~/"), let home { return home + name.dropFirst() }
            return folder + name
        }
        for index in resolved.providers.indices { resolved.providers[index].settings.resolveFiles(found) }
        resolved.serve.tokenFile = serve.tokenFile.map(found)
        return resolved
    }
}

/// Something in the file that makes no sense.
struct ConfigurationProblem: Error, Equatable {
    /// From 1.
    var line: Int
    /// `what is wrong: what to do`.
    var text: String
}

// MARK: - The file

extension Configuration {
    private static let keys = ["default_provider", "fallback", "providers", "history", "attempts", "serve"]

    /// What is wrong with a file that is a list or a text.
    static let rootProblem = "has to be a mapping: begin its lines with keys, such as 'providers:'"

    /// - Throws: ``ConfigurationProblem``.
    init(_ document: YAMLDocument, path: String) throws {
        self.init()
        do {
            try read(document, path: path)
        } catch let error as ConfigurationError {
            let keys = error.path.isEmpty ? "the file" : error.path.joined(separator: ".")
            throw ConfigurationProblem(line: document.line(of: error.path), text: "\(keys) \(error.problem)")
        }
    }

    private mutating func read(_ document: YAMLDocument, path file: String) throws {
        let value = document.root.map(ConfigurationValue.init) ?? .nothing
        switch value {
        case .mapping, .nothing: break
        case .text, .word, .list: throw ConfigurationError(path: [], problem: Self.rootProblem)
        }
        let root = try ConfigurationSection(value, path: [], keys: Self.keys)
        add(
            try root.members("providers").map { member in
                let path = ["providers", member.key]
                return Provider(
                    settings: try ProviderConfiguration(name: member.key, member.value, path: path),
                    source: .file(place: "\(file):\(document.line(of: path))"))
            })
        chosenDefault = try root.text("default_provider")
        fallback = try root.texts("fallback") ?? []
        for (key, names) in [("default_provider", chosenDefault.map { [$0] } ?? []), ("fallback", fallback)] {
            for (index, name) in names.enumerated() {
                guard provider(named: name) != nil else {
                    let advice = Spelling.advice(for: name, among: providers.map(\.settings.name))
                    throw root.error(key, "names '\(name)', and there is no such provider: \(advice)")
                }
                guard names.firstIndex(of: name) == index else {
                    throw root.error(key, "names '\(name)' twice: once is enough")
                }
            }
        }
        let history = try root.section(
            "history", keys: ["max_tokens", "max_characters", "max_messages", "keep_first"])
        try history.readLimit("max_tokens", into: &self.history.maximumTokens)
        try history.readLimit("max_characters", into: &self.history.maximumCharacters)
        try history.readLimit("max_messages", into: &self.history.maximumMessages)
        if let keepFirst = try history.boolean("keep_first") { self.history.keepFirst = keepFirst }
        try root.section("attempts", keys: ["keep_days"])
            .readLimit("keep_days", in: 1...36_500, into: &attemptsKeptDays)
        try serve.read(root)
    }
}

extension ConfigurationSection {
    /// A number, or the word none for no limit; what is absent stays as it is.
    fileprivate func readLimit(_ key: String, in range: ClosedRange<Int> = 0...Int.max, into limit: inout Int?) throws {
        if value(key) == .text("none") {
            limit = nil
        } else if has(key) {
            do {
                limit = try integer(key, in: range)
            } catch {
                throw self.error(key, "has to be a whole number from \(range.lowerBound), or none")
            }
        }
    }
}

extension ConfigurationValue {
    /// What is written there, to those who know nothing of YAML.
    init(_ node: YAMLNode) {
        self = node.isNull ? .nothing : ConfigurationValue(YAMLValue(node))
    }

    init(_ value: YAMLValue) {
        self =
            switch value {
            case .text(let text): .text(text)
            case .word(let word): YAMLScalar(text: word, style: .plain).isNull ? .nothing : .word(word)
            case .sequence(let elements): .list(elements.map(ConfigurationValue.init))
            case .mapping(let members): .mapping(members.map { Member($0.key, ConfigurationValue($0.value)) })
            }
    }
}

extension YAMLDocument {
    /// The line in which the path's last key stands that is there.
    fileprivate func line(of path: [String]) -> Int {
        var line = root?.start.line ?? 1
        var node = root
        for key in path {
            guard let entry = node?.entry(key) else { break }
            line = entry.keyStart.line
            node = entry.value
        }
        return line
    }
}
