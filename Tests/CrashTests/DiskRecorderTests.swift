import Glibc
import Support
import Testing

/// What the harness goes by: a program that is to be killed at a change is killed there.
@Outside
struct DiskRecorderTests {
    private func run(
        _ program: ParleyProgram, _ arguments: [String], with recorder: DiskRecorder
    ) throws -> ParleyProgram.Outcome {
        var recorded = program
        recorded.environment = recorder.environment(folder: program.home.path)
        return try recorded.run(arguments: arguments.map { Array($0.utf8) })
    }

    /// Two commands whose changes are few, and of all kinds.
    private nonisolated static let commands: [(words: [String], kinds: [String])] = [
        (
            ["providers", "default", "eliza"],
            ["makeFolder", "create", "write", "sync", "rename", "syncFolder", "failed"]
        ),
        (["list"], ["create", "truncate", "write", "unlink"]),
    ]

    @Test(arguments: commands)
    func `a program is killed before and within each change that it makes, of whatever kind, and not after`(
        words: [String], kinds: [String]
    ) throws {
        let undisturbed = try ParleyProgram()
        #expect(try undisturbed.run("db", "migrate").status == 0)
        let image = try DiskImage(of: undisturbed.home.path)
        let folder = try TemporaryFolder()
        #expect(try run(undisturbed, words, with: DiskRecorder(log: folder.file("log"))).status == 0)
        let log = try DiskLog(Files.read(folder.file("log")))
        for kind in kinds { #expect(log.records.contains { "\($0.event)".hasPrefix(kind) }, "\(kind)") }
        for change in 1...log.changes + 1 {
            for end in [DiskRecorder.End.before(change), .within(change)] {
                let program = try ParleyProgram()
                try image.write(to: program.home.path)
                let outcome = try run(program, words, with: DiskRecorder(end: end))
                #expect(outcome.status == (change > log.changes ? 0 : 128 + SIGKILL), "\(end)")
            }
        }
    }

    @Test func `what is killed within the making of a folder has made it`() throws {
        let program = try ParleyProgram()
        _ = try run(program, ["db", "migrate"], with: DiskRecorder(end: .within(1)))
        #expect(try Files.names(in: program.home.path) == [".local"])
        let other = try ParleyProgram()
        _ = try run(other, ["db", "migrate"], with: DiskRecorder(end: .before(1)))
        #expect(try Files.names(in: other.home.path) == [])
    }

    @Test func `what refuses changes refuses those of names, too`() throws {
        let refusal = try TemporaryFolder()
        let recorder = DiskRecorder(refusal: refusal.path)
        let program = try ParleyProgram()
        // The first thing is a folder.
        #expect(try run(program, ["db", "migrate"], with: recorder).status != 0)
        #expect(try Files.names(in: program.home.path) == [])
        try Files.write("text", to: program.home.file("a"))
        for command in [["mv", "a", "b"], ["ln", "a", "b"], ["mkdir", "b"], ["rm", "a"]] {
            let words = command.joined(separator: " ")
            let variables = recorder.environment(folder: program.home.path).map { "\($0.key)='\($0.value)'" }
            let script = "cd '\(program.home.path)' && \(variables.joined(separator: " ")) \(words)"
            let outcome = try RunningProgram(command: "sh", "-c", script).finish()
            #expect(outcome.status == 1 && outcome.errorOutput.contains("Read-only file system"), "\(outcome)")
            #expect(try Files.names(in: program.home.path) == ["a"])
        }
    }
}
