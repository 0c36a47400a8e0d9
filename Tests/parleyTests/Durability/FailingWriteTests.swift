import Support
import Testing

/// A disk that takes no more: the user sees the whole reply and is told that it is not kept, and what was kept stays.
@Outside
struct FailingWriteTests {
    private nonisolated static let said = "Held words. "
    private nonisolated static let rest = String(repeating: "— and many more 👋 ", count: 4000)

    private let gate: Gate
    private let endpoint: StandInEndpoint
    private let program: RemoteProgram

    init() throws {
        gate = try Gate()
        var settings = EndpointSettings()
        settings.model = { _ in [Self.said, Self.rest, "The end."] }
        endpoint = try StandInEndpoint(settings)
        endpoint.hold(beforeEvent: 2, at: gate)
        program = try RemoteProgram(talkingTo: endpoint.address)
    }

    private nonisolated static var whole: String { said + rest + "The end." }

    private var home: TemporaryFolder { program.parley.home }

    /// Runs a shell script with a small file system of its own, on which the database is.
    private func start(_ script: String) throws -> RunningProgram {
        let text = """
            set -u; parley='\(ParleyProgram.path)'; export HOME='\(home.path)'; cd "$HOME"; mkdir place
            mount -t tmpfs -o size=2m none place || exit 99
            export PARLEY_DATABASE="$HOME/place/p.db"
            fill() { head -c 4000000 /dev/zero > place/filler 2> /dev/null; }
            \(script)
            """
        return try RunningProgram(command: "unshare", "-m", "-r", "sh", "-c", text)
    }

    @Test func `full before the exchange, nothing is sent`() throws {
        let outcome = try start(
            """
            $parley chat --provider eliza first > /dev/null || exit 98
            fill
            for command in "chat Hello" "resume last Hello" "chat --json Hello" "retry last"; do
                $parley $command < /dev/null; echo "$?"
            done
            rm place/filler
            $parley db check > /dev/null && $parley list --json && $parley show last --json
            """
        ).finish()
        #expect(endpoint.server.requests.all.isEmpty)
        let lines = outcome.output.split(separator: "\n").map(String.init)
        try #require(lines.count == 7, "\(outcome)")
        #expect([lines[0], lines[1], lines[3], lines[4]] == ["74", "74", "74", "74"])
        #expect(try JSONValue(lines[2])["error"]?["code"] == .string("disk_full"))
        let told = outcome.errorOutput.split(separator: "\n")
        #expect(told.count == 3 && told.allSatisfy { $0.contains("no space left") && $0.contains("make room") })
        #expect(try JSONValue(lines[5])["chats"]?.elements.count == 1)
        #expect(try JSONValue(lines[6])["messages"]?.elements.count == 2)
    }

    @Test(arguments: [false, true])
    func `full in the middle of a reply`(asJSON: Bool) throws {
        let running = try start(
            """
            $parley chat \(asJSON ? "--json" : "") Hello > out 2> err < /dev/null & pid=$!
            until $parley show last 2> /dev/null < /dev/null | grep -q '\(Self.said)'; do :; done
            fill; echo filled; read go
            wait $pid; status=$?
            $parley show last > /dev/null < /dev/null || exit 98
            rm place/filler
            $parley db check > /dev/null < /dev/null || exit 97
            $parley chat --provider eliza 'there is room again' > /dev/null < /dev/null || exit 96
            $parley show Hello --json < /dev/null; exit $status
            """)
        try running.waitForOutput("filled\n")
        gate.open()
        running.write(Array("\n".utf8))
        let outcome = try running.finish()
        #expect(outcome.status == 74, "\(outcome.errorOutput)")
        let (shown, told) = (try Files.text(home.file("out")), try Files.text(home.file("err")))
        if asJSON {
            let exchange = try JSONValue(shown)
            #expect(exchange["reply"]?["content"] == .string(Self.whole))
            #expect(exchange["reply"]?["status"] == .string("interrupted"))
            #expect(exchange["reply"]?["error"]?["code"] == .string("disk_full"))
            #expect(told == "")
        } else {
            #expect(shown == Self.whole + "\n")
            #expect(told.hasPrefix("parley: the reply could not be kept: there is no space left"))
            #expect(told.contains("make room") && told.filter(\.isNewline).count == 1)
        }
        try expectPart(of: JSONValue(String(outcome.output.dropFirst("filled\n".count))))
    }

    /// The message, and what was kept of the reply while it could be.
    private func expectPart(of chat: JSONValue, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let messages = chat["messages"]?.elements ?? []
        #expect(messages.count == 2, sourceLocation: sourceLocation)
        #expect(messages.first?["content"] == .string("Hello"), sourceLocation: sourceLocation)
        let kept = messages.last?["content"]?.text ?? ""
        #expect(kept.hasPrefix(Self.said) && Self.whole.hasPrefix(kept), sourceLocation: sourceLocation)
    }

    @Test func `a file system that becomes read-only in the middle of a reply`() throws {
        // None can be made so while a file on it is open to write, but by a kernel that has met an error: the recorder
        // has the system refuse all changes.
        var parley = program.parley
        let refusal = home.file("refusal")
        let library = try #require(DiskRecorder.path)
        #expect(!library.isEmpty)
        parley.environment.merge(DiskRecorder(refusal: refusal).environment(folder: home.file(".local"))) { $1 }
        _ = try program.parley.run("chat", "--provider", "eliza", "--title", "Before", "kept before")
        let running = try parley.start("chat", "--title", "During", "Hello")
        try program.parley.wait(until: "the first words are kept") {
            try program.parley.lastMessages().last?["content"] == .string(Self.said)
        }
        try Files.write("", to: refusal)
        gate.open()
        let outcome = try running.finish()
        #expect(outcome.status == 74, "\(outcome.errorOutput)")
        #expect(outcome.output == Self.whole + "\n")
        #expect(outcome.errorOutput.hasPrefix("parley: the reply could not be kept: "))
        #expect(outcome.errorOutput.contains("read-only"))
        #expect(outcome.errorOutput.filter(\.isNewline).count == 1)
        // It is refused still, and can be read.
        #expect(try parley.run("chat", "--provider", "eliza", "Hello again").status == 74)
        #expect(try program.parley.run("db", "check").status == 0)
        try expectPart(of: program.parley.lastChat())
        #expect(try program.parley.run("show", "Before").output.contains("kept before"))
    }

    @Test func `a file that may not grow, or any other write that the system refuses, in the middle of a reply`() throws
    {
        let running = try RunningProgram(
            command: "sh", "-c",
            "cd '\(home.path)'; export HOME=$PWD; echo $$ > pid; exec '\(ParleyProgram.path)' chat Hello")
        try program.parley.wait(until: "the first words are kept") {
            try program.parley.lastMessages().last?["content"] == .string(Self.said)
        }
        let process = String(try Files.text(home.file("pid")).dropLast())
        #expect(try RunningProgram(command: "prlimit", "--pid", process, "--fsize=1").finish().status == 0)
        gate.open()
        let outcome = try running.finish()
        #expect(outcome.status == 74, "\(outcome.errorOutput)")
        #expect(outcome.output == Self.whole + "\n")
        #expect(outcome.errorOutput.hasPrefix("parley: the reply could not be kept: "))
        #expect(outcome.errorOutput.contains("disk I/O error") && !outcome.errorOutput.contains("Success"))
        #expect(try program.parley.run("db", "check").status == 0)
        try expectPart(of: program.parley.lastChat())
    }
}
