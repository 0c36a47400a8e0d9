private import Conversations

extension ProviderConfiguration {
    private static let commonKeys = ["kind", "preset", "model", "models", "stream"]
    private static let networkKeys = ["url", "headers", "proxy", "ca_file", "timeouts", "limits"]
    private static let ownKeys: [Kind: [String]] = [
        .aiEngine: [
            "bot", "custom_id", "context_id", "history", "nonce", "max_characters", "api_token_env", "api_token_file",
        ],
        .openAI: ["api_key_env", "api_key_file"],
        .eliza: ["seed", "pace"],
    ]

    /// All keys that a provider of some kind may have.
    package static let keys = commonKeys + networkKeys + Kind.allCases.flatMap { ownKeys[$0] ?? [] }

    /// Reads and checks the settings of one provider.
    ///
    /// - Parameters:
    ///   - value: The mapping below its name.
    ///   - path: The keys that lead there, for errors.
    package init(name: String, _ value: ConfigurationValue, path: [String] = []) throws(ConfigurationError) {
        guard ProviderName.isValid(name) else {
            throw ConfigurationError(path: path, problem: "is no name of a provider: \(ProviderName.rule)")
        }
        let section = try ConfigurationSection(value, path: path, keys: Self.keys, advice: Self.advice)
        let preset = try Self.preset(section)
        let kind = try section.choice("kind", of: Kind.self) ?? preset.map { _ in .aiEngine }
        guard let kind else {
            throw ConfigurationError(path: path, problem: "has no kind: set kind to ai-engine, openai or eliza")
        }
        if preset != nil && kind != .aiEngine {
            throw section.error("kind", "is \(kind.rawValue), and the preset is of ai-engine: leave one of them out")
        }
        try Self.refuseKeysOfOthers(kind, section)

        self.name = name
        self.preset = preset
        switch kind {
        case .aiEngine: family = .aiEngine(try AIEngine(section, preset))
        case .openAI: family = .openAI(try OpenAI(section))
        case .eliza: family = .eliza(try Eliza(section))
        }
        model = try section.text("model") ?? preset?.defaultModel
        models = try section.texts("models") ?? preset?.models ?? []
        streams = try section.boolean("stream") ?? true
        headers = try Self.headers(section, of: kind)
        if let text = try section.text("proxy") {
            do { proxy = try ProxyAddress(text) } catch { throw section.error("proxy", error.problem) }
        }
        authorityFile = try section.text("ca_file")
        timeouts = try Timeouts(section)
        limits = try ReplyLimits(section)
    }

    private static func advice(_ key: String) -> String? {
        switch key {
        case "api_key", "key", "apikey", "secret":
            "a key is never in this file: name its variable with api_key_env, or its file with api_key_file"
        case "api_token", "token", "bearer_token":
            "a token is never in this file: name its variable with api_token_env, or its file with api_token_file"
        default: nil
        }
    }

    private static func preset(_ section: ConfigurationSection) throws(ConfigurationError) -> Preset? {
        guard let name = try section.text("preset") else { return nil }
        guard let preset = Preset.named(name) else {
            let advice = Spelling.advice(for: name, among: Preset.all.map(\.name))
            throw section.error("preset", "is '\(name)', which is none: \(advice)")
        }
        return preset
    }

    private static func refuseKeysOfOthers(
        _ kind: Kind, _ section: ConfigurationSection
    ) throws(ConfigurationError) {
        let own = commonKeys + (kind == .eliza ? [] : networkKeys) + (ownKeys[kind] ?? [])
        for key in keys where section.value(key) != nil && !own.contains(key) {
            // The secret of a site is a token, that of an endpoint a key.
            let twin =
                key.hasPrefix("api_key")
                ? key.replacing("api_key", with: "api_token") : key.replacing("api_token", with: "api_key")
            let advice = twin != key && own.contains(twin) ? "use \(twin)" : "leave it out"
            throw section.error(key, "is nothing that \(kind.rawValue) has: \(advice)")
        }
    }

    private static func headers(
        _ section: ConfigurationSection, of kind: Kind
    ) throws(ConfigurationError) -> [HTTPHeader] {
        var headers: [HTTPHeader] = []
        for member in try section.members("headers") {
            let values = try ConfigurationSection(
                .mapping([member]), path: section.path + ["headers"], keys: [member.key])
            let value = try values.text(member.key) ?? ""
            do {
                headers.append(try ConfiguredHeaders.header(member.key, value, toSite: kind == .aiEngine))
            } catch {
                throw values.error(member.key, error.problem)
            }
        }
        return headers
    }

    fileprivate static func address(
        _ section: ConfigurationSection, preset: Preset?
    ) throws(ConfigurationError) -> WebAddress {
        guard let text = try section.text("url") ?? preset?.url else {
            throw ConfigurationError(path: section.path, problem: "has no url: set it to the address of the site")
        }
        do { return try WebAddress(base: text) } catch { throw section.error("url", error.problem) }
    }

    fileprivate static func secret(
        _ section: ConfigurationSection, environment: String, file: String
    ) throws(ConfigurationError) -> SecretSource? {
        let variable = try section.text(environment)
        let path = try section.text(file)
        guard let variable else { return path.map { .file($0) } }
        guard path == nil else { throw section.error(file, "stands beside \(environment): keep one of the two") }
        // The text is not quoted: it may be the key itself, put in the wrong place.
        let isName =
            variable.first?.isNumber == false
            && variable.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        guard isName else {
            throw section.error(environment, "is no name of a variable: name the one that the secret is in")
        }
        return .environment(variable)
    }
}

extension ProviderConfiguration.AIEngine {
    fileprivate init(_ section: ConfigurationSection, _ preset: Preset?) throws(ConfigurationError) {
        address = try ProviderConfiguration.address(section, preset: preset)
        if let bot = try section.text("bot") { self.bot = bot }
        customID = section.value("custom_id") == nil ? preset?.customID ?? nil : .some(try section.text("custom_id"))
        contextID = try section.integer("context_id", in: 0...Int.max) ?? preset?.contextID
        session = preset?.session
        namesConversation = preset?.namesConversation ?? true
        history = try section.choice("history", of: HistoryChoice.self).map(\.target) ?? preset?.history
        if let nonce = try section.choice("nonce", of: NonceUse.self) {
            self.nonce = nonce
            isNonceChosen = true
        } else if let preset {
            nonce = preset.nonce
        }
        maximumCharacters = try section.integer("max_characters", in: 1...Int.max)
        assumedMaximumCharacters = preset?.maximumCharacters
        token = try ProviderConfiguration.secret(section, environment: "api_token_env", file: "api_token_file")
        if history == .server && token == nil {
            throw section.error(
                "history", "is server, which needs the site's token: set api_token_env or api_token_file")
        }
    }

    private enum HistoryChoice: String, CaseIterable {
        case auto, messages, prompt, server

        var target: HistoryTarget? { HistoryTarget(rawValue: rawValue) }
    }
}

extension ProviderConfiguration.OpenAI {
    fileprivate init(_ section: ConfigurationSection) throws(ConfigurationError) {
        address = try ProviderConfiguration.address(section, preset: nil)
        for end in ["/chat/completions", "/models"] where address.path.hasSuffix(end) {
            throw section.error("url", "ends in \(end), which is appended to it: leave that off")
        }
        key = try ProviderConfiguration.secret(section, environment: "api_key_env", file: "api_key_file")
    }
}

extension ProviderConfiguration.Eliza {
    fileprivate init(_ section: ConfigurationSection) throws(ConfigurationError) {
        seed = try section.integer("seed", in: 0...Int.max).map(UInt64.init)
        pace = try section.duration("pace", in: .zero ... .seconds(60))
    }
}

extension Timeouts {
    fileprivate init(_ section: ConfigurationSection) throws(ConfigurationError) {
        self.init()
        let times = try section.section("timeouts", keys: ["connect", "first_byte", "idle", "total"])
        let range = Duration.milliseconds(1) ... .seconds(86_400)
        connect = try times.duration("connect", in: range) ?? connect
        firstByte = try times.duration("first_byte", in: range) ?? firstByte
        idle = try times.duration("idle", in: range) ?? idle
        total = try times.duration("total", in: range) ?? total
    }
}

extension ReplyLimits {
    fileprivate init(_ section: ConfigurationSection) throws(ConfigurationError) {
        let sizes = try section.section("limits", keys: ["reply", "line"])
        let range = 1...(1 << 32)
        let reply = try sizes.bytes("reply", in: range) ?? ReplyLimits().reply
        self.init(reply: reply, line: try sizes.bytes("line", in: range))
    }
}
