import Support
import Testing

/// The configuration, read by the program.
@Outside
struct ConfigurationTests {
    let parley: ParleyProgram

    init() throws {
        parley = try ParleyProgram()
    }

    private func run(_ configuration: String, _ arguments: String...) throws -> ParleyProgram.Outcome {
        let path = parley.home.file("c.yaml")
        try Files.write(configuration, to: path)
        return try parley.run(arguments: (["--config", path] + arguments).map { Array($0.utf8) })
    }

    @Test(arguments: [
        ("a: [\n", 2, "value is missing"), ("providers:\n\tx: 1\n", 2, "tab"),
        ("default_provder: eliza\n", 1, "did you mean 'default_provider'?"),
        ("# c\n\ndefault_provider: blog\n", 3, "'blog'"), ("fallback: [eliza, elzia]\n", 1, "did you mean 'eliza'?"),
        ("fallback: [eliza, eliza]\n", 1, "twice"), ("providers:\n  a/b: {kind: eliza}\n", 2, "name of a provider"),
        ("providers:\n  b:\n    kind: ai-engine\n    url: blog.example\n", 4, "https://"),
        ("providers:\n  b:\n    kind: openai\n    url: http://h\n    api_key: hunter2\n", 5, "api_key_env"),
        ("providers:\n  b:\n    kind: eliza\n  b:\n    kind: eliza\n", 4, "line 2"), ("providers: [a]\n", 1, "mapping"),
        ("history: {max_tokens: many}\n", 1, "none"), ("history:\n  keep_first: 1\n", 2, "true or false"),
        ("attempts: {keep_days: 0}\n", 1, "none"),
        ("- a\n", 1, "the file has to be a mapping: begin"), ("a: &x 1\n", 1, "anchors"),
        ("providers: {b: {kind: ai-engine}}\n", 1, "url"), ("x: \u{1}\n", 1, "U+0001"),
    ])
    func `a file that makes no sense is told with its line`(text: String, line: Int, words: String) throws {
        let outcome = try run(text, "providers", "list")
        #expect(outcome.status == 78)
        #expect(outcome.output == "")
        #expect(outcome.errorOutput.hasPrefix("parley: \(parley.home.file("c.yaml")):\(line): "))
        #expect(outcome.errorOutput.contains(words), "\(outcome.errorOutput)")
        #expect(!outcome.errorOutput.contains("hunter2"))
        #expect(outcome.errorOutput.filter(\.isNewline).count == 1)
        #expect(try run(text, "chat", "hi").status == 78)
        #expect(!Files.exists(parley.database))
        let json = try run(text, "providers", "list", "--json")
        #expect(try JSONValue(json.output)["error"]?["code"] == "invalid_configuration")
        for command in [["list"], ["db", "path"], ["providers", "--help"]] {
            #expect(
                try parley.run(arguments: (["--config", parley.home.file("c.yaml")] + command).map { Array($0.utf8) })
                    .status == 0)
        }
    }

    @Test(arguments: ["", "# nothing\n", "\u{FEFF}", "history:\nproviders: {}\nfallback: eliza\r\n"])
    func `a file that says little`(text: String) throws {
        #expect(try run(text, "chat", "hi").status == 0)
    }

    @Test func `a file is found by flag, then environment, then the usual places`() throws {
        var program = parley
        func file(_ name: String, _ provider: String) throws -> String {
            let path = parley.home.file(name)
            try Files.write("providers: {\(provider): {kind: eliza}}\ndefault_provider: \(provider)\n", to: path)
            return path
        }
        func chosen(_ arguments: String...) throws -> String {
            try program.run(arguments: (["providers", "default"] + arguments).map { Array($0.utf8) }).output
        }
        #expect(try chosen() == "eliza\n")
        try parley.run("providers", "add", "home", "--kind", "eliza", "--default")
        #expect(try chosen() == "home\n")
        program.environment["XDG_CONFIG_HOME"] = parley.home.file("xdg")
        #expect(try chosen() == "eliza\n")
        try program.run("providers", "add", "xdg", "--kind", "eliza", "--default")
        #expect(Files.exists(parley.home.file("xdg/parley/config.yaml")))
        #expect(try chosen() == "xdg\n")
        program.environment["PARLEY_CONFIG"] = try file("env.yaml", "env")
        #expect(try chosen() == "env\n")
        #expect(try chosen("--config", try file("flag.yaml", "flag")) == "flag\n")
        program.environment["PARLEY_DEFAULT_PROVIDER"] = "eliza"
        #expect(try chosen() == "eliza\n")
    }

    @Test func `a file that was named has to be there, the usual one need not`() throws {
        let missing = try parley.run("--config", parley.home.file("no.yaml"), "chat", "hi")
        #expect(missing.status == 66)
        #expect(missing.errorOutput.contains("no.yaml"))
        #expect(try parley.run("--config", "", "chat", "hi").status == 64)
        #expect(try parley.run("--config", parley.home.path, "chat", "hi").status == 74)
        #expect(try parley.run("--config", "/dev/null", "chat", "hi").status == 0)
    }

    @Test func `the default answers, under its name, and limits hold`() throws {
        let text = """
            default_provider: therapist
            providers:
              therapist: {kind: eliza, seed: 7}
            history: {max_messages: 2}
            """
        #expect(try run(text, "chat", "first").status == 0)
        for word in ["second", "third"] { _ = try run(text, "resume", "last", word) }
        let outcome = try run(text, "resume", "--json", "last", "fourth")
        let exchange = try JSONValue(outcome.output)
        #expect(exchange["reply"]?["provider"] == "therapist")
        #expect(exchange["history"]?["sent"]?.integer == 3)
        var program = parley
        program.environment["PARLEY_HISTORY_MAX_MESSAGES"] = "none"
        let all = try program.run("--config", parley.home.file("c.yaml"), "resume", "--json", "last", "fifth")
        #expect(try JSONValue(all.output)["history"]?["left_out"]?.integer == 0)
    }

    @Test func `a chat goes on with another where its provider is no longer configured`() throws {
        #expect(try run("providers: {gone: {kind: eliza}}\n", "chat", "--provider", "gone", "hi").status == 0)
        let refused = try parley.run("resume", "last", "again")
        #expect(refused.status == 78)
        #expect(
            refused.errorOutput
                == "parley: the chat's provider 'gone' is not configured any more: name another with --provider\n")
        #expect(try parley.run("resume", "--provider", "eliza", "last", "again").status == 0)
    }

    @Test func `a list is no configuration to write to`() throws {
        let outcome = try run("- a\n", "providers", "add", "a", "--kind", "eliza")
        #expect(outcome.status == 78 && outcome.errorOutput.contains(":1: the file has to be a mapping: begin"))
    }

    @Test(arguments: [
        ("PARLEY_FALLBACK", "eliza, nobody", "PARLEY_FALLBACK names 'nobody'"),
        ("PARLEY_DEFAULT_PROVIDER", "elzia", "PARLEY_DEFAULT_PROVIDER names 'elzia'"),
        ("PARLEY_ATTEMPTS_KEEP_DAYS", "0", "PARLEY_ATTEMPTS_KEEP_DAYS"),
        ("PARLEY_HISTORY_MAX_TOKENS", "-1", "PARLEY_HISTORY_MAX_TOKENS"),
    ])
    func `a variable that makes no sense`(name: String, value: String, words: String) throws {
        var program = parley
        program.environment[name] = value
        let outcome = try program.run("chat", "hi")
        #expect(outcome.status == 78)
        #expect(outcome.errorOutput.contains(words))
    }
}
