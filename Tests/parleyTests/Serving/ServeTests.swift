import Glibc
import Support
import Testing

/// The service as a program, from its start to its end.
@Outside
struct ServeTests {
    let parley: ParleyProgram

    init() throws {
        parley = try ParleyProgram()
    }

    // MARK: - Keys

    @Test func `the first start makes a key, shows it this once and keeps none of it`() throws {
        let first = try ServedProgram(parley, key: nil)
        #expect(first.key.wholeMatch(of: /parley_[A-Za-z0-9_-]{43}/) != nil)
        #expect(try first.ask("GET /v1/models").status == 200)
        #expect(try first.ask("GET /v1/models", key: "parley_wrong").status == 401)
        let outcome = try first.stop(by: SIGTERM)
        #expect(outcome.status == 0)
        #expect(outcome.output == first.key + "\n")
        #expect(!outcome.errorOutput.contains(first.key))

        let second = try parley.start("serve", "--port", "0")
        #expect(try second.port() > 0)
        second.signal(SIGTERM)
        let later = try second.finish()
        #expect(later.errorOutput.contains("(local)"))
        #expect(later.output == "")
        for file in try Files.names(in: parley.home.file(".local/share/parley")) {
            let bytes = try Files.read(parley.home.file(".local/share/parley/" + file))
            #expect(bytes.firstRange(of: Array(first.key.utf8)) == nil)
        }
    }

    @Test func `a key comes from the environment or from a file, and none is made then`() throws {
        let byEnvironment = try ServedProgram(parley)
        #expect(try byEnvironment.ask("GET /v1/models").status == 200)
        #expect(try byEnvironment.stop(by: SIGTERM).output == "")
        let path = parley.home.file("token")
        try Files.write("from-a-file-0123456789\n", to: path)
        let byFile = try ServedProgram(parley, "--token-file", path)
        #expect(try byFile.ask("GET /v1/models").status == 401)
        #expect(try byFile.ask("GET /v1/models", key: "from-a-file-0123456789").status == 200)
        _ = try byFile.stop(by: SIGTERM)
        #expect(try parley.run("serve", "keys", "list", "--json").output == "{\"keys\":[]}\n")
    }

    @Test func `a key that could be guessed, and a file that is not there, are refused`() throws {
        var program = parley
        program.environment["PARLEY_TOKEN"] = "secret"
        let weak = try program.run("serve", "--port", "0")
        #expect(weak.status == 78)
        #expect(weak.errorOutput.contains("could be guessed"))
        #expect(!weak.errorOutput.contains("secret"))
        let missing = try parley.run("serve", "--port", "0", "--token-file", "/nowhere/token")
        #expect(missing.status == 78)
        #expect(missing.errorOutput.contains("/nowhere/token cannot be read"))
    }

    @Test func `keys are added, listed and revoked beside a service that runs`() async throws {
        let served = try ServedProgram(parley)
        let added = try JSONValue(try parley.run("serve", "keys", "add", "bot", "--json").output)
        let key = try #require(added["key"]?.text)
        #expect(added["owner"]?.text == "bot")
        #expect(try served.ask("GET /v1/models", key: key).status == 200)

        let again = try parley.run("serve", "keys", "add", "bot")
        #expect(again.status == 65)
        #expect(again.errorOutput.contains("there is a key 'bot' already"))
        #expect(again.output == "")

        let list = try parley.run("serve", "keys", "list")
        #expect(list.output.contains("bot"))
        #expect(!list.output.contains(key))
        #expect(try parley.run("serve", "keys", "revoke", "bot").status == 0)
        #expect(try parley.run("serve", "keys", "revoke", "nobody").status == 66)
        while try served.ask("GET /v1/models", key: key).status == 200 { await Task.yield() }
        #expect(try served.ask("GET /v1/models", key: key).status == 401)
        #expect(try served.ask("GET /v1/models").status == 200)

        let new = try parley.run("serve", "keys", "add", "bot").output.split(separator: "\n")
        #expect(try served.ask("GET /v1/models", key: String(try #require(new.first))).status == 200)
        _ = try served.stop(by: SIGTERM)
    }

    @Test(arguments: ["", "a b", "a/b", "\u{e4}", "../x"])
    func `a key is called by letters and digits`(name: String) throws {
        let outcome = try parley.run("serve", "keys", "add", name)
        #expect(outcome.status == 64)
        #expect(outcome.output == "")
    }

    // MARK: - Where it listens

    @Test func `it listens on this machine alone unless told otherwise`() throws {
        let served = try ServedProgram(parley)
        // The kernel's own list: addresses are in the byte order of the machine, ports and addresses in hexadecimal.
        let port = String(served.port, radix: 16, uppercase: true)
        let end = ":" + String(repeating: "0", count: 4 - port.count) + port
        let table: String = try Files.text("/proc/net/tcp") + Files.text("/proc/net/tcp6")
        let rows: [[Substring]] = table.split(separator: "\n").map { $0.split(separator: " ") }
        let listening = rows.filter { $0.count > 3 && $0[1].hasSuffix(end) && $0[3] == "0A" }
        #expect(listening.count == 1)
        #expect(listening.first?[1].hasPrefix("0100007F:") == true)
        _ = try served.stop(by: SIGTERM)
    }

    @Test(arguments: ["0.0.0.0", "::", "192.0.2.1"])
    func `others are not let in without a key`(host: String) throws {
        let outcome = try parley.run("serve", "--host", host, "--port", "0")
        #expect(outcome.status == 78)
        #expect(outcome.errorOutput.contains("there is no key yet, and --host \(host) lets others ask"))
        #expect(outcome.output == "")
    }

    @Test func `with a key it says what it opens`() throws {
        let served = try ServedProgram(parley, "--host", "0.0.0.0")
        #expect(try served.ask("GET /v1/models", host: "127.0.0.1:\(served.port)").status == 200)
        #expect(try served.ask("GET /v1/models", host: "evil.example").status == 403)
        #expect(try served.stop(by: SIGTERM).errorOutput.contains("nothing is encrypted"))
    }

    @Test func `a place where another listens is refused`() throws {
        let served = try ServedProgram(parley)
        var program = parley
        program.environment["PARLEY_TOKEN"] = ServedProgram.key
        let outcome = try program.run("serve", "--port", "\(served.port)")
        #expect(outcome.status == 69)
        #expect(
            outcome.errorOutput
                == "parley: another program listens on 127.0.0.1:\(served.port) already: end it, or choose"
                + " another with --port\n")
        #expect(try served.ask("GET /v1/models").status == 200)
        _ = try served.stop(by: SIGTERM)
    }

    @Test(arguments: [
        ["--host", "a b"], ["--host", ""], ["--port", "65536"], ["--port", "-1"], ["--cors-origin", "*"],
        ["--cors-origin", "https://app.example/"], ["--allow-host", "a/b"], ["--max-streams", "0"],
        ["--log-format", "xml"],
    ])
    func `options that make no sense are refused`(options: [String]) throws {
        let outcome = try parley.run(arguments: (["serve"] + options).map { Array($0.utf8) })
        #expect(outcome.status == 64)
        #expect(outcome.errorOutput.contains(options[0]))
        #expect(!Files.exists(parley.database))
    }

    @Test func `the configuration says how it runs, and the environment goes before it`() throws {
        let path = parley.home.file("config.yaml")
        try Files.write("token-of-the-file-0123\n", to: parley.home.file("token"))
        try Files.write(
            "serve: {port: 0, token_file: token, allow_hosts: [chat.example], log_format: json}\n", to: path)
        var program = parley
        program.environment["PARLEY_SERVE_ALLOW_HOSTS"] = "other.example"
        program.environment["PARLEY_CONFIG"] = path
        let running = try program.start("serve")
        try running.waitForErrorOutput("/v1")
        #expect(running.errorOutputSoFar.hasPrefix("{\"time\":"))
        running.signal(SIGTERM)
        let outcome = try running.finish()
        #expect(outcome.status == 0)
        for line in outcome.errorOutput.split(separator: "\n") { _ = try JSONValue(String(line)) }

        try Files.write("serve: {cors_origins: [everybody]}\n", to: path)
        let refused = try program.run("serve")
        #expect(refused.status == 78)
        #expect(refused.errorOutput.contains("config.yaml:1: serve.cors_origins is 'everybody'"))
    }

    // MARK: - Life

    @Test func `a reply that is being written at its end is written to its end`() async throws {
        let endpoint = try StandInEndpoint()
        let gate = try Gate()
        endpoint.hold(beforeEvent: 2, at: gate)
        try parley.run(
            "providers", "add", "local", "--kind", "openai", "--url", endpoint.address, "--model", "stand-in")
        let served = try ServedProgram(parley)
        let socket = try served.open(
            "POST /v1/chat/completions",
            #"{"model":"local","store":true,"stream":true,"messages":[{"role":"user","content":"Good morning everybody"}]}"#
        )
        var stream = String(decoding: try socket.receive(), as: UTF8.self)
        #expect(stream.hasPrefix("HTTP/1.1 200"))
        served.running.signal(SIGTERM)
        try served.running.waitForErrorOutput("waiting for 1")
        gate.open()
        stream += String(decoding: try socket.receiveToEnd(), as: UTF8.self)
        #expect(stream.contains("data: [DONE]"))
        #expect(!stream.contains("\"error\""))
        #expect(try served.running.finish().status == 0)
        let shown = try parley.run("show", "last", "--json").output
        #expect(shown.contains("\"status\":\"complete\""))
        #expect(!shown.contains("interrupted"))
        // Closed, the database is one file again.
        #expect(!Files.exists(parley.database + "-wal"))
    }

    @Test func `a second signal ends it at once`() throws {
        let endpoint = try StandInEndpoint()
        let gate = try Gate()
        endpoint.hold(beforeEvent: 2, at: gate)
        defer { gate.open() }
        try parley.run(
            "providers", "add", "local", "--kind", "openai", "--url", endpoint.address, "--model", "stand-in")
        let served = try ServedProgram(parley)
        let socket = try served.open(
            "POST /v1/chat/completions",
            #"{"model":"local","store":true,"stream":true,"messages":[{"role":"user","content":"Good morning everybody"}]}"#
        )
        _ = try socket.receive()
        served.running.signal(SIGTERM)
        try served.running.waitForErrorOutput("waiting for 1")
        served.running.signal(SIGINT)
        #expect(try served.running.finish().status == 130)
        // What was said is there, and nothing has to be mended.
        #expect(try parley.run("show", "last").output.contains("Good morning everybody"))
        #expect(try parley.run("db", "check").status == 0)
    }

    @Test func `the terminal and programs share their conversations while it runs`() throws {
        let served = try ServedProgram(parley)
        let answer = try served.ask(
            "POST /v1/chat/completions",
            #"{"model":"eliza","store":true,"messages":[{"role":"user","content":"I am sad"}]}"#)
        #expect(answer.status == 200)
        #expect(try parley.run("resume", "last", "I am still sad").status == 0)
        #expect(try parley.run("show", "last", "--json").output.contains("I am sad"))
        #expect(try parley.run("db", "check").status == 0)
        _ = try served.stop(by: SIGINT)
    }

    @Test(arguments: [[], ["--log-format", "json"], ["--verbose"]])
    func `its log holds nothing that was said, and no key`(options: [String]) throws {
        var program = parley
        program.environment["PARLEY_TOKEN"] = ServedProgram.key
        let running = try program.start(["serve", "--port", "0"] + options)
        let port = try running.port()
        let body = #"{"model":"eliza","messages":[{"role":"user","content":"the word xyzzy"}]}"#
        for (route, key) in [
            ("POST /v1/chat/completions", ServedProgram.key), ("GET /v1/models/xyzzy?key=xyzzy", ServedProgram.key),
            ("GET /xyzzy", "xyzzy-is-wrong"),
        ] {
            let socket = try Socket(connectingTo: port)
            let content = route.hasPrefix("POST") ? body : ""
            try socket.send(
                Array(
                    ("\(route) HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(key)\r\nConnection: close\r\n"
                        + "Content-Type: application/json\r\nContent-Length: \(content.utf8.count)\r\n\r\n\(content)")
                        .utf8))
            #expect(try !socket.receiveToEnd().isEmpty)
        }
        running.signal(SIGTERM)
        let outcome = try running.finish()
        #expect(outcome.errorOutput.contains("/v1/chat/completions"))
        #expect(outcome.errorOutput.contains("req_"))
        for secret in ["xyzzy", ServedProgram.key] { #expect(!outcome.errorOutput.contains(secret)) }
        #expect(outcome.output == "")
    }
}
