import Conversations
import Storage
import Support
import Testing

/// Logs that the real `llm` has written, its newest version from PyPI.
///
/// It is fetched each time, which takes half a minute. Where it cannot be had the test is skipped.
@Suite(.enabled("llm cannot be had from PyPI here") { RealLLM.isThere })
struct LLMProgramTests {
    @Outside @Test func `what the program has kept is what was said`() throws {
        let llm = try RealLLM()
        try llm.say("Hello there", "-s", "Be brief")
        try llm.say("And then?", "-c")
        try Files.write("A fragment\n", to: llm.folder.file("f.txt"))
        try llm.say("sums up", "-f", llm.folder.file("f.txt"))
        var logs = try LLMLogs(path: llm.folder.file("logs.db"), now: Timestamp(rawValue: 0))
        var transcripts: [Transcript] = []
        while let transcript = try logs.next() { transcripts.append(transcript) }
        try #require(transcripts.count == 2)
        #expect(
            transcripts[0].messages.map(\.content) == [
                "Hello there", "You said: Hello there", "And then?", "You said: And then?",
            ])
        #expect(transcripts[0].messages.map(\.parent) == [nil, 1, 2, 3])
        #expect(transcripts[0].chat.system == "Be brief")
        #expect(transcripts[0].messages[1].model == "echo" && transcripts[0].messages[1].role == .assistant)
        #expect(transcripts[0].messages[1].usage == TokenUsage(inputTokens: 3, outputTokens: 5))
        #expect(transcripts[0].chat.createdAt > Timestamp(rawValue: 1_700_000_000_000))
        #expect(transcripts[1].messages.first?.content == "A fragment\n\nsums up")
    }
}

/// `llm` in a folder of its own, with a model that says what it was told.
private struct RealLLM {
    let folder: TemporaryFolder

    /// Whether Python and the package can be had.
    static var isThere: Bool {
        let look = "python3 -c 'import venv, ensurepip' && python3 -m pip -q index versions llm"
        return (try? RunningProgram(command: "sh", "-c", look).finish().status) == 0
    }

    init() throws {
        folder = try TemporaryFolder()
        try Files.write(Self.program, to: folder.file("echo.py"))
        let environment = folder.file("venv")
        let install = "python3 -m venv \(environment) && HOME=\(folder.path) \(environment)/bin/pip install -q llm"
        let outcome = try RunningProgram(command: "sh", "-c", install, patience: .seconds(300)).finish()
        try #require(outcome.status == 0, "\(outcome.errorOutput)")
    }

    /// Says it, as `llm prompt` with these arguments does.
    func say(_ text: String, _ arguments: String...) throws {
        let program = try RunningProgram(
            command: [
                "env", "HOME=\(folder.path)", "LLM_USER_PATH=\(folder.path)", folder.file("venv/bin/python"),
                folder.file("echo.py"), "prompt", "-m", "echo", text,
            ] + arguments)
        let outcome = try program.finish()
        #expect(outcome.status == 0, "\(outcome.errorOutput)")
    }

    /// The program with one model more.
    private static let program = """
        import sys, llm
        from llm.cli import cli
        from llm.plugins import pm

        class Echo(llm.Model):
            model_id = "echo"
            def execute(self, prompt, stream, response, conversation):
                response.set_usage(input=3, output=5)
                yield "You said: " + prompt.prompt

        class Plugin:
            @llm.hookimpl
            def register_models(self, register):
                register(Echo())

        pm.register(Plugin())
        cli(sys.argv[1:])
        """
}
