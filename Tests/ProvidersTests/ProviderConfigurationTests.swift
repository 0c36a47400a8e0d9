import Conversations
import Testing

@testable import Providers

struct ProviderConfigurationTests {
    private func read(_ members: KeyValuePairs<String, ConfigurationValue>) throws -> ProviderConfiguration {
        try ProviderConfiguration(
            name: "p", .mapping(members.map { .init($0.key, $0.value) }), path: ["providers", "p"])
    }

    private func site(_ configuration: ProviderConfiguration) throws -> ProviderConfiguration.AIEngine {
        guard case .aiEngine(let site) = configuration.family else { throw ConfigurationError(path: [], problem: "") }
        return site
    }

    @Test func `what is not set has its default`() throws {
        let provider = try read(["kind": .text("ai-engine"), "url": .text("https://a.b")])
        #expect(try site(provider) == ProviderConfiguration.AIEngine(address: try WebAddress(base: "https://a.b")))
        #expect(try site(provider).bot == "default")
        #expect(provider.streams && provider.model == nil && provider.headers.isEmpty && provider.proxy == nil)
        #expect(provider.timeouts == Timeouts())
        #expect(provider.limits == ReplyLimits(reply: 16 << 20, line: 64 << 20))
    }

    @Test func `every key of a site`() throws {
        let provider = try read([
            "kind": .text("ai-engine"), "url": .text("https://a.b/"), "bot": .text("b"), "custom_id": .word("7"),
            "context_id": .word("28"), "history": .text("server"), "nonce": .text("none"),
            "max_characters": .word("900"),
            "api_token_env": .text("TOKEN"), "model": .word("4"), "models": .list([.text("x"), .word("4")]),
            "stream": .word("false"), "headers": .mapping([.init("X-A", .text("1")), .init("x-b", .word("2"))]),
            "proxy": .text("socks5://h:1"), "ca_file": .text("/ca.pem"),
            "timeouts": .mapping([
                .init("connect", .text("500ms")), .init("idle", .word("7")), .init("total", .text("2h")),
            ]),
            "limits": .mapping([.init("reply", .text("1MB"))]),
        ])
        let site = try site(provider)
        #expect(site.bot == "b" && site.customID == "7" && site.contextID == 28 && site.history == .server)
        #expect(site.nonce == .none && site.isNonceChosen && site.maximumCharacters == 900)
        #expect(site.token == .environment("TOKEN"))
        #expect(provider.model == "4" && provider.models == ["x", "4"] && !provider.streams)
        #expect(provider.headers == [HTTPHeader(name: "X-A", value: "1"), HTTPHeader(name: "x-b", value: "2")])
        #expect(provider.proxy?.kind == .socks5 && provider.authorityFile == "/ca.pem")
        #expect(provider.timeouts.connect == .milliseconds(500) && provider.timeouts.idle == .seconds(7))
        #expect(provider.timeouts.total == .seconds(7200) && provider.timeouts.firstByte == .seconds(300))
        #expect(provider.limits == ReplyLimits(reply: 1_000_000, line: 4_000_000))
    }

    @Test func `an endpoint and the bot on board`() throws {
        let endpoint = try read(["kind": .text("openai"), "url": .text("http://h:1/v1"), "api_key_file": .text("/k")])
        guard case .openAI(let openAI) = endpoint.family else { return #expect(Bool(false)) }
        #expect(openAI.key == .file("/k"))
        let bot = try read(["kind": .text("eliza"), "seed": .word("3"), "pace": .text("25ms")])
        #expect(bot.family == .eliza(.init(seed: 3, pace: .milliseconds(25))))
        #expect(bot.address == nil && bot.isWorking)
    }

    @Test func `a preset lies under the keys that are set`() throws {
        let plain = try read(["preset": .text("opchatgpts")])
        let known = try site(plain)
        #expect(known.address.description == "https://opchatgpts.net" && known.nonce == .none && !known.isNonceChosen)
        #expect(
            known.history == .messages && known.contextID == 28 && known.customID == .some(nil)
                && known.session == "N/A")
        #expect(!plain.isWorking)

        let mirror = try read([
            "preset": .text("opchatgpts"), "url": .text("https://mirror.example"), "nonce": .text("none"),
            "history": .text("auto"), "custom_id": .text("c"), "context_id": .word("1"),
        ])
        let changed = try site(mirror)
        #expect(changed.isNonceChosen && changed.history == nil && changed.customID == "c" && changed.contextID == 1)
        #expect(changed.session == "N/A" && mirror.isWorking)

        let other = try read(["preset": .text("chatgpt4online"), "kind": .text("ai-engine"), "model": .text("m")])
        #expect(try site(other).nonce == .required && site(other).history == .prompt)
        #expect(try site(other).assumedMaximumCharacters == 512 && site(other).maximumCharacters == nil)
        #expect(other.model == "m" && other.models == ["gpt-4"])
        #expect(try read(["preset": .text("chatgpt4online")]).model == "gpt-4")
    }

    @Test func `three providers are there without any configuration`() {
        #expect(ProviderConfiguration.builtIn.map(\.name) == ["eliza", "opchatgpts", "chatgpt4online"])
        #expect(ProviderConfiguration.builtIn.map(\.isWorking) == [true, false, false])
    }

    private static let base: [ConfigurationValue.Member] = [
        .init("kind", .text("ai-engine")), .init("url", .text("https://a.b")),
    ]

    static let mistakes: [(key: String, value: ConfigurationValue, path: [String], words: String)] = [
        ("urll", .text("x"), ["urll"], "did you mean 'url'?"), ("histroy", .text("auto"), ["histroy"], "'history'"),
        ("api_key", .text("hunter2"), ["api_key"], "api_key_env"), ("key", .text("hunter2"), ["key"], "api_key_file"),
        ("api_token", .text("hunter2"), ["api_token"], "api_token_env"),
        ("history", .text("all"), ["history"], "auto, messages, prompt or server"),
        ("history", .text("server"), ["history"], "api_token_env"), ("nonce", .text("maybe"), ["nonce"], "required"),
        ("stream", .text("false"), ["stream"], "without quotes"), ("stream", .text("yes"), ["stream"], "true or false"),
        ("context_id", .text("28"), ["context_id"], "whole number"),
        ("max_characters", .word("0"), ["max_characters"], "1 or more"),
        ("preset", .text("opchatgpt"), ["preset"], "did you mean 'opchatgpts'?"),
        ("seed", .word("1"), ["seed"], "leave it out"),
        ("api_key_env", .text("K"), ["api_key_env"], "use api_token_env"), ("bot", .list([]), ["bot"], "text"),
        ("headers", .text("x"), ["headers"], "mapping"),
        ("headers", .mapping([.init("Host", .text("x"))]), ["headers", "Host"], "Parley"),
        ("headers", .mapping([.init("a b", .text("x"))]), ["headers", "a b"], "name of a header"),
        ("headers", .mapping([.init("A", .text("hunter2\r\nB: c"))]), ["headers", "A"], "control character"),
        ("proxy", .text("http://u:hunter2@h"), ["proxy"], "port"),
        ("api_token_env", .text("hunter2-x"), ["api_token_env"], "variable"),
        ("timeouts", .mapping([.init("connect", .text("soon"))]), ["timeouts", "connect"], "10s"),
        ("timeouts", .mapping([.init("conect", .text("1s"))]), ["timeouts", "conect"], "'connect'"),
        ("timeouts", .mapping([.init("total", .text("0s"))]), ["timeouts", "total"], "time"),
        ("limits", .mapping([.init("reply", .text("much"))]), ["limits", "reply"], "16MiB"),
        ("limits", .list([]), ["limits"], "mapping"),
    ]

    @Test(arguments: mistakes.indices)
    func `a mistake is told with its place, and what to do, but no secret`(index: Int) {
        let mistake = Self.mistakes[index]
        #expect {
            try ProviderConfiguration(
                name: "p", .mapping(Self.base + [.init(mistake.key, mistake.value)]), path: ["providers", "p"])
        } throws: { error in
            guard let error = error as? ConfigurationError else { return false }
            #expect(error.path == ["providers", "p"] + mistake.path)
            #expect(!error.problem.contains("hunter2"))
            return error.problem.contains(mistake.words)
        }
    }

    @Test func `what is missing is asked for`() {
        for (members, words) in [
            ([], "kind"), ([.init("kind", .text("openai"))], "url"),
            ([.init("kind", .text("eliza")), .init("preset", .text("opchatgpts"))], "preset"),
        ] as [([ConfigurationValue.Member], String)] {
            #expect {
                try ProviderConfiguration(name: "p", .mapping(members))
            } throws: { ($0 as? ConfigurationError)?.problem.contains(words) == true }
        }
    }

    @Test func `a secret is in one place only`() {
        let members = [("kind", "openai"), ("url", "http://h"), ("api_key_env", "K"), ("api_key_file", "/k")]
        #expect(throws: ConfigurationError.self) {
            try ProviderConfiguration(name: "p", .mapping(members.map { .init($0, .text($1)) }))
        }
    }

    @Test(arguments: ["", "a,b", "a/b", "ä", "a b", String(repeating: "a", count: 65)])
    func `a name that is none`(name: String) {
        #expect(!ProviderName.isValid(name))
        #expect(throws: ConfigurationError.self) { try ProviderConfiguration(name: name, .mapping(Self.base)) }
    }

    @Test(
        arguments: [
            ("10", 10_000), ("10s", 10_000), ("500ms", 500), ("5m", 300_000), ("1h", 3_600_000), ("1 s", 1000),
            ("", nil), ("s", nil), ("-1s", nil), ("1.5s", nil), ("9999999999999999h", nil), ("1d", nil),
        ] as [(String, Int?)])
    func `times`(text: String, milliseconds: Int?) {
        #expect(Quantity.duration(text) == milliseconds.map { .milliseconds($0) })
    }

    @Test(
        arguments: [
            ("1", 1), ("16MiB", 16 << 20), ("1MB", 1_000_000), ("2 kb", 2000), ("1KiB", 1024), ("1GiB", 1 << 30),
            ("x", nil),
            ("9999999999999GiB", nil), ("1.5MB", nil),
        ] as [(String, Int?)])
    func `sizes`(text: String, bytes: Int?) {
        #expect(Quantity.bytes(text) == bytes)
    }

    @Test(
        arguments: [
            ("elzia", "eliza"), ("Eliza", "eliza"), ("blog", nil), ("default_provder", "default_provider"), ("", nil),
        ] as [(String, String?)])
    func `a slip of the pen is recognised`(word: String, meant: String?) {
        #expect(Spelling.nearest(to: word, among: ["eliza", "default_provider", "providers"]) == meant)
    }
}
