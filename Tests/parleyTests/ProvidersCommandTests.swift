import Support
import Testing

/// `parley providers`, and what it does to the file.
@Outside
struct ProvidersCommandTests {
    let parley: ParleyProgram
    private var path: String { parley.home.file(".config/parley/config.yaml") }

    init() throws {
        parley = try ParleyProgram()
    }

    /// A file as people write them.
    nonisolated private static let written = """
        # My providers
        default_provider: blog   # the usual one

        providers:
            # A friend's site
            blog: {kind: ai-engine, url: "https://blog.example", nonce: auto}

            # On this machine
            local:
                kind: openai   # Ollama
                url: 'http://127.0.0.1:11434/v1'
                # model: llama3.1
        fallback:
        - blog    # first
        # then
        - local

        """

    private func write(_ text: String) throws {
        try parley.run("providers", "default", "eliza")
        try Files.write(text, to: path)
    }

    @Test func `adding makes the file and its folder, the user's alone`() throws {
        let outcome = try parley.run(
            "providers", "add", "blog", "--kind", "ai-engine", "--url", "https://blog.example", "--header",
            "X-Key: hunter2", "--proxy", "http://me:hunter2@h:8080", "--default")
        #expect(outcome.status == 0)
        #expect(outcome.output == "")
        #expect(
            outcome.errorOutput
                == "parley: added blog to \(path); see whether it answers: parley providers test blog\n")
        #expect(try Files.permissions(path) == 0o600)
        #expect(try Files.permissions(parley.home.file(".config/parley")) == 0o700)
        #expect(try Files.names(in: parley.home.file(".config/parley")) == ["config.yaml"])
        for command in [["list"], ["list", "--json"], ["show", "blog"], ["show", "blog", "--json"]] {
            let shown = try parley.run(arguments: (["providers"] + command).map { Array($0.utf8) })
            #expect(shown.status == 0 && shown.output.contains("https://blog.example"))
            #expect(!shown.output.contains("hunter2"))
        }
        let blog = try JSONValue(try parley.run("providers", "show", "blog", "--json").output)
        #expect(blog["headers"]?["X-Key"] == "…")
        #expect(blog["proxy"] == "http://me@h:8080")
        #expect(blog["timeouts"]?["connect"]?.integer == 10_000)
        #expect(blog["limits"]?["line"]?.integer == 64 << 20)
        #expect(blog["source"]?.text == path + ":2")
        #expect(blog["default"] == .boolean(true))
    }

    @Test func `a change is told as one, with the configuration that was named`() throws {
        let path = parley.home.file("my config.yaml")
        for verb in ["added a to", "changed a in"] {
            let outcome = try parley.run("--config", path, "providers", "add", "a", "--kind", "eliza", "--force")
            let command = "parley providers test a --config '\(path)'"
            #expect(outcome.errorOutput == "parley: \(verb) \(path); see whether it answers: \(command)\n")
        }
    }

    @Test func `a relative path counts from the working folder`() throws {
        let script = """
            export HOME="$1"; cd "$1" || exit 99
            "$2" providers add cloud --kind openai --url https://h/v1 --api-key-file key --ca-file ca.pem
            "$2" providers add site --kind ai-engine --url https://h --api-token-file token
            """
        let outcome = try RunningProgram(command: "sh", "-c", script, "sh", parley.home.path, ParleyProgram.path)
            .finish()
        #expect(outcome.status == 0, "\(outcome.errorOutput)")
        let text = try Files.text(path)
        for (key, name) in [("api_key_file", "key"), ("ca_file", "ca.pem"), ("api_token_file", "token")] {
            #expect(text.contains("    \(key): \(parley.home.file(name))\n"), "\(text)")
        }
    }

    @Test func `times and sizes are shown as the file writes them`() throws {
        try write(
            """
            providers:
              a: {kind: openai, url: "https://h", timeouts: {connect: 90, idle: 1500ms}, limits: {reply: 1MB}}
              e: {kind: eliza, pace: 0}

            """)
        let shown = try parley.run("providers", "show", "a").output
        #expect(shown.contains("connect 90s, first_byte 5m, idle 1500ms, total 30m\n"), "\(shown)")
        #expect(shown.contains("reply 1MB, line 4MB\n"), "\(shown)")
        let json = try JSONValue(try parley.run("providers", "show", "a", "--json").output)
        #expect(json["timeouts"]?["connect"]?.integer == 90_000 && json["limits"]?["reply"]?.integer == 1_000_000)
        #expect(try parley.run("providers", "show", "e").output.contains(" 0ms\n"))
        #expect(try JSONValue(try parley.run("providers", "show", "e", "--json").output)["pace"]?.integer == 0)
    }

    @Test(arguments: [
        (["ai-engine", "https://h", "--api-key-env", "KEY"], "use api_token_env"),
        (["openai", "https://h", "--api-token-file", "token"], "use api_key_file"),
        (["openai", "https://h/v1/chat/completions"], "ends in /chat/completions"),
        (["openai", "https://h/v1/models/"], "ends in /models"),
    ])
    func `a mistake that is easily made is told with what was meant`(words: [String], advice: String) throws {
        let command = ["providers", "add", "x", "--kind", words[0], "--url"] + words[1...]
        let outcome = try parley.run(arguments: command.map { Array($0.utf8) })
        #expect(outcome.status == 64 && outcome.errorOutput.contains(advice), "\(outcome.errorOutput)")
        #expect(!Files.exists(path))
    }

    @Test(arguments: ["\n", "\r\n"])
    func `what people wrote stays byte for byte`(lineEnd: String) throws {
        let before = Self.written.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: lineEnd)
        try write(before)
        #expect(try parley.run("providers", "add", "new", "--kind", "eliza").status == 0)
        let comment = "        # model: llama3.1" + lineEnd
        let entry = "    new:" + lineEnd + "        kind: eliza" + lineEnd
        #expect(try Files.text(path) == before.replacing(comment, with: comment + entry))

        #expect(try parley.run("providers", "default", "new").status == 0)
        #expect(try Files.text(path).contains("default_provider: new   # the usual one" + lineEnd))
        #expect(try parley.run("providers", "default", "blog").status == 0)
        #expect(try parley.run("providers", "remove", "new").status == 0)
        #expect(try Files.text(path) == before)
    }

    @Test func `a provider in use is removed by force, and from where it is named`() throws {
        try write(Self.written)
        for name in ["blog", "local"] {
            let refused = try parley.run("providers", "remove", name)
            #expect(refused.status == 64)
            #expect(refused.errorOutput.contains("--force"))
        }
        #expect(try Files.text(path) == Self.written)
        #expect(try parley.run("providers", "remove", "blog", "--force").status == 0)
        let expected = Self.written
            .replacing("default_provider: blog   # the usual one\n", with: "")
            .replacing("    blog: {kind: ai-engine, url: \"https://blog.example\", nonce: auto}\n", with: "")
            .replacing("- blog    # first\n", with: "")
        #expect(try Files.text(path) == expected)
        #expect(try parley.run("providers", "remove", "local", "--force").status == 0)
        let list = try JSONValue(try parley.run("providers", "list", "--json").output)
        #expect(
            list["providers"]?.elements.compactMap { $0["name"]?.text } == ["eliza", "opchatgpts", "chatgpt4online"])
        #expect(list["fallback"] == [])
        #expect(try Files.text(path).contains("# On this machine\n"))
    }

    @Test func `the list tells who is asked, and whose site is gone`() throws {
        try write(Self.written)
        let list = try JSONValue(try parley.run("providers", "list", "--json").output)
        #expect(list.keys == ["providers", "fallback", "default"])
        #expect(list["fallback"] == ["blog", "local"])
        #expect(list["default"] == "blog")
        #expect(list["providers"]?[0]?["default"] == .boolean(true))
        #expect(list["providers"]?[1]?["built_in"] == .boolean(false))
        let old = try #require(list["providers"]?.elements.first { $0["name"] == "opchatgpts" })
        #expect(old["working"] == .boolean(false) && old["built_in"] == .boolean(true) && old["nonce"] == "none")
        let lines = try parley.run("providers", "list").output.split(separator: "\n")
        #expect(lines[0].hasPrefix("NAME"))
        #expect(lines[1].hasPrefix("blog ") && lines[1].hasSuffix("default, fallback 1"))
        #expect(lines[4].hasPrefix("opchatgpts") && lines[4].hasSuffix("site is gone"))
    }

    @Test func `facts of the presets are shown`() throws {
        let op = try JSONValue(try parley.run("providers", "show", "opchatgpts", "--json").output)
        #expect(op["supports_message_history"] == .boolean(true) && op["supports_gpt_35_turbo"] == .boolean(true))
        #expect(op["context_id"]?.integer == 28 && op["working"] == .boolean(false) && op["models"] == nil)
        let online = try JSONValue(try parley.run("providers", "show", "chatgpt4online", "--json").output)
        #expect(online["supports_message_history"] == .boolean(false) && online["default_model"] == "gpt-4")
        #expect(online["nonce"] == "required" && online["history"] == "prompt" && online["models"] == ["gpt-4"])
        #expect(try parley.run("providers", "show", "chatgpt4online").output.contains("supports_message_history"))
    }

    @Test func `a key is told to be set or not, and never what it is`() throws {
        var program = parley
        program.environment["CLOUD_KEY"] = "hunter2"
        try program.run(
            "providers", "add", "cloud", "--kind", "openai", "--url", "https://h/v1", "--api-key-env", "CLOUD_KEY")
        let set = try program.run("providers", "show", "cloud", "--json").output
        #expect(try JSONValue(set)["api_key_env"] == "CLOUD_KEY" && JSONValue(set)["api_key_set"] == .boolean(true))
        #expect(!set.contains("hunter2"))
        let unset = try parley.run("providers", "show", "cloud", "--json").output
        #expect(try JSONValue(unset)["api_key_set"] == .boolean(false))
    }

    @Test(arguments: [
        ["add", "x", "--kind", "nonsense"], ["add", "x", "--kind", "openai", "--url", "h.example"], ["add", "x"],
        ["add", "a/b", "--kind", "eliza"], ["add", "x", "--kind", "eliza", "--url", "http://h"],
        ["add", "x", "--kind", "openai", "--url", "http://h", "--header", "hunter2"],
        ["add", "x", "--kind", "openai", "--url", "http://h", "--header", "Host: hunter2"],
        ["add", "x", "--kind", "openai", "--url", "http://u:hunter2@h"], ["remove", "eliza"], ["remove"], ["show"],
    ])
    func `what makes no sense is refused before anything is written`(words: [String]) throws {
        let outcome = try parley.run(arguments: (["providers"] + words).map { Array($0.utf8) })
        #expect(outcome.status == 64)
        #expect(outcome.errorOutput.hasPrefix("parley: ") && outcome.errorOutput.filter(\.isNewline).count == 1)
        #expect(!outcome.errorOutput.contains("hunter2"))
        #expect(!Files.exists(path))
    }

    @Test func `a name that is taken needs force, and a comment in it survives that`() throws {
        try write(Self.written)
        let refused = try parley.run("providers", "add", "local", "--kind", "eliza")
        #expect(
            refused.status == 64 && refused.errorOutput.contains("line 9") && refused.errorOutput.contains("--force"))
        #expect(try parley.run("providers", "add", "local", "--kind", "eliza", "--force").status == 0)
        let expected = Self.written.replacing("kind: openai   # Ollama", with: "kind: eliza   # Ollama")
            .replacing("        url: 'http://127.0.0.1:11434/v1'\n", with: "")
        #expect(try Files.text(path) == expected)
    }

    @Test func `nobody of that name`() throws {
        for command in [["show", "nobody"], ["remove", "nobody"], ["default", "nobody"]] {
            let outcome = try parley.run(arguments: (["providers"] + command).map { Array($0.utf8) })
            #expect(outcome.status == 78 && outcome.errorOutput.contains("'nobody'"))
        }
    }

    @Test func `a link is followed and stays one`() throws {
        let real = parley.home.file("dotfiles.yaml")
        try Files.write("# mine\n", to: real)
        let link = parley.home.file("link.yaml")
        _ = try RunningProgram(command: "ln", "-s", real, link).finish()
        #expect(try parley.run("--config", link, "providers", "add", "a", "--kind", "eliza").status == 0)
        #expect(try Files.text(real) == "# mine\nproviders:\n  a:\n    kind: eliza\n")
        #expect(try RunningProgram(command: "readlink", link).finish().output == real + "\n")
        let nowhere = parley.home.file("nowhere.yaml")
        _ = try RunningProgram(command: "ln", "-s", parley.home.file("none"), nowhere).finish()
        #expect(try parley.run("--config", nowhere, "providers", "add", "a", "--kind", "eliza").status == 73)
    }

    @Test func `edits at the same time all count`() throws {
        let running = try (0..<8).map { try parley.start("providers", "add", "p\($0)", "--kind", "eliza") }
        for program in running { #expect(try program.finish().status == 0) }
        let list = try JSONValue(try parley.run("providers", "list", "--json").output)
        let names = Set(list["providers"]?.elements.compactMap { $0["name"]?.text } ?? [])
        #expect(names.isSuperset(of: (0..<8).map { "p\($0)" }))
    }

    @Test func `a file that a program cannot change cleanly stays as it is`() throws {
        let text = "? providers\n: a: {kind: eliza}\n"
        try write(text)
        let outcome = try parley.run("providers", "remove", "a")
        #expect(outcome.status == 78)
        #expect(outcome.errorOutput.contains("config.yaml:2: ") && outcome.errorOutput.contains("by hand"))
        try Files.write("providers:\n  a: [1\n", to: path)
        let broken = try parley.run("providers", "add", "b", "--kind", "eliza")
        #expect(broken.status == 78)
        #expect(try Files.text(path) == "providers:\n  a: [1\n")
    }

    @Test func `a disk without room or a read-only one leaves the file as it was`() throws {
        let place = parley.home.file("place")
        func run(_ options: String, _ script: String) throws -> ParleyProgram.Outcome {
            let text = """
                set -u; parley='\(ParleyProgram.path)'; place='\(place)'; export HOME='\(parley.home.path)'
                mkdir -p "$place" && mount -t tmpfs -o \(options) none "$place" || exit 99
                \(script)
                """
            return try RunningProgram(command: "unshare", "-m", "-r", "sh", "-c", text).finish()
        }
        let full = try run(
            "size=32k",
            """
            echo '# mine' > $place/c.yaml; head -c 100000 /dev/zero > $place/filler 2> /dev/null
            $parley --config $place/c.yaml providers add a --kind eliza; status=$?
            cat $place/c.yaml; ls -A $place; exit $status
            """)
        #expect(full.status == 74)
        #expect(full.output == "# mine\nc.yaml\nfiller\n")
        let readOnly = try run("ro", "$parley --config $place/c.yaml providers add a --kind eliza")
        #expect(readOnly.status == 73)
        #expect(readOnly.errorOutput.contains("Read-only"))
        #expect(try run("ro", "$parley --config $place/x/c.yaml providers add a --kind eliza").status == 73)
    }
}
