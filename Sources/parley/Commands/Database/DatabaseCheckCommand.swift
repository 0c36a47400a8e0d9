import ArgumentParser
import JSON
import Storage

extension DatabaseCommand {
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Look for damage.",
            discussion: """
                Goes through the whole file and changes nothing. Exits with 0 when it is sound, with 74 when it is damaged.

                EXAMPLE:
                  parley db check
                """
        )

        @OptionGroup var format: JSONOption
        @OptionGroup var global: GlobalOptions

        func run() async throws {
            let library = try Library(global)
            guard
                let findings = try await SQLiteConversationStore.check(
                    path: library.path, surroundings: library.surroundings)
            else { throw library.noDatabase }
            let isSound = !findings.contains { $0.severity == .damage }
            if format.json {
                try StandardOutput.write(
                    JSONWriter.line { json in
                        json.member("path", library.path)
                        json.member("sound", isSound)
                        json.array("findings") { json in
                            for finding in findings {
                                json.object { json in
                                    json.member("severity", finding.severity.rawValue)
                                    json.member("code", finding.code)
                                    json.member("message", finding.message)
                                    json.member("advice", finding.advice)
                                }
                            }
                        }
                    })
            } else {
                for finding in findings {
                    try StandardOutput.write("\(finding.severity.rawValue): \(finding.message): \(finding.advice)\n")
                }
                try StandardOutput.write("\(library.path): \(isSound ? "sound" : "damaged")\n")
            }
            if !isSound { throw ExitCode(ExitStatus.inputOutput) }
        }
    }
}
