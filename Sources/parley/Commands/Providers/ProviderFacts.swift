import Conversations
import Glibc
import JSON
import Providers
import Transcripts

/// What is set and known of a provider, for showing: no secret among it, and nothing that is absent.
struct ProviderFacts {
    struct Fact {
        enum Value {
            case text(String)
            case number(Int)
            case time(Duration)
            case bytes(Int)
            case truth(Bool)
            case list([String])
            case group([Fact])
        }

        var name: String
        var value: Value
    }

    /// In the order in which they are shown.
    let all: [Fact]

    init(_ provider: Configuration.Provider, in configuration: Configuration) {
        let settings = provider.settings
        var facts = Collector()
        facts.add("name", settings.name)
        facts.add("kind", settings.kind.rawValue)
        facts.add("preset", settings.preset?.name)
        facts.add("url", settings.address?.description)
        facts.add("history", settings.shownHistory)
        facts.add(settings.family)
        facts.add("model", settings.model)
        facts.add("default_model", settings.preset?.defaultModel)
        if !settings.models.isEmpty { facts.add("models", .list(settings.models)) }
        facts.add("stream", .truth(settings.streams))
        if let preset = settings.preset {
            facts.add("supports_message_history", .truth(preset.supportsMessageHistory))
            if let supports = preset.supportsGPT35Turbo { facts.add("supports_gpt_35_turbo", .truth(supports)) }
        }
        if settings.address != nil { facts.addNetwork(settings) }
        facts.add("default", .truth(settings.name == configuration.defaultProvider))
        facts.add("fallback", configuration.fallback.firstIndex(of: settings.name).map { $0 + 1 })
        facts.add("working", .truth(settings.isWorking))
        switch provider.source {
        case .builtIn:
            facts.add("built_in", .truth(true))
            facts.add("source", "built in")
        case .file(let place):
            facts.add("built_in", .truth(false))
            facts.add("source", place)
        }
        all = facts.facts
    }

    /// The short ones, which a list has room for.
    var inLists: [Fact] {
        let names = [
            "name", "kind", "preset", "url", "history", "nonce", "model", "default", "fallback", "working", "built_in",
            "source",
        ]
        return all.filter { names.contains($0.name) }
    }

    func text(of name: String) -> String? {
        all.first { $0.name == name }?.text
    }
}

extension ProviderFacts.Fact {
    func write(to json: inout JSONWriter) {
        switch value {
        case .text(let text): json.member(named: name, text)
        case .number(let number), .bytes(let number): json.member(named: name, number)
        case .time(let time): json.member(named: name, Int(time.milliseconds))
        case .truth(let truth): json.member(named: name, truth)
        case .list(let texts):
            json.array(named: name) { json in
                for text in texts { json.string(text) }
            }
        case .group(let facts):
            json.object(named: name) { json in
                for fact in facts { fact.write(to: &json) }
            }
        }
    }

    var text: String {
        switch value {
        case .text(let text): text
        case .number(let number): String(number)
        case .time(let time): ShownQuantity.time(time)
        case .bytes(let count): ShownQuantity.bytes(count)
        case .truth(let truth): truth ? "yes" : "no"
        case .list(let texts): texts.joined(separator: ", ")
        case .group(let facts): facts.map { "\($0.name) \($0.text)" }.joined(separator: ", ")
        }
    }
}

// MARK: - Collecting

private struct Collector {
    var facts: [ProviderFacts.Fact] = []

    mutating func add(_ name: String, _ value: ProviderFacts.Fact.Value) {
        facts.append(ProviderFacts.Fact(name: name, value: value))
    }

    mutating func add(_ name: String, _ text: String?) {
        if let text { add(name, .text(text)) }
    }

    mutating func add(_ name: String, _ number: Int?) {
        if let number { add(name, .number(number)) }
    }

    mutating func add(_ family: ProviderConfiguration.Family) {
        switch family {
        case .aiEngine(let site):
            add("nonce", site.nonce.rawValue)
            add("bot", site.bot)
            add("custom_id", site.customID ?? nil)
            add("context_id", site.contextID)
            add("max_characters", site.maximumCharacters)
            add("assumed_max_characters", site.assumedMaximumCharacters)
            add("api_token", site.token)
        case .openAI(let endpoint):
            add("api_key", endpoint.key)
        case .eliza(let eliza):
            add("seed", eliza.seed.map { Int(clamping: $0) })
            if let pace = eliza.pace { add("pace", .time(pace)) }
        }
    }

    /// Where a secret is, and whether it is there: never what it is.
    private mutating func add(_ name: String, _ secret: SecretSource?) {
        switch secret {
        case nil: break
        case .environment(let variable):
            add(name + "_env", variable)
            add(name + "_set", .truth(Environment.holds(variable)))
        case .file(let path):
            add(name + "_file", path)
            add(name + "_set", .truth(unsafe access(path, R_OK) == 0))
        }
    }

    mutating func addNetwork(_ settings: ProviderConfiguration) {
        if !settings.headers.isEmpty {
            add("headers", .group(settings.headers.map { ProviderFacts.Fact(name: $0.name, value: .text("…")) }))
        }
        add("proxy", settings.proxy?.description)
        add("ca_file", settings.authorityFile)
        let times = settings.timeouts
        add(
            "timeouts",
            .group(
                [
                    ("connect", times.connect), ("first_byte", times.firstByte), ("idle", times.idle),
                    ("total", times.total),
                ].map { ProviderFacts.Fact(name: $0, value: .time($1)) }))
        add(
            "limits",
            .group(
                [("reply", settings.limits.reply), ("line", settings.limits.line)]
                    .map { ProviderFacts.Fact(name: $0, value: .bytes($1)) }))
    }
}

extension ProviderConfiguration {
    /// The form in which it gets the past of a conversation.
    fileprivate var shownHistory: String {
        switch family {
        case .aiEngine(let site): site.history?.rawValue ?? "auto"
        case .openAI, .eliza: HistoryTarget.messages.rawValue
        }
    }
}
