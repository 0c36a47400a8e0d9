import ArgumentParser
import Conversations
import JSON
import Storage
import Transcripts

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Bring conversations in.",
        discussion: """
            Reads what 'parley export' writes as json, jsonl and markdown, and, named with --from, what other tools keep. A \
            chat that is here already gains what is new in it, and nothing that is here changes: the same file twice adds \
            nothing. All of it is kept, or, where something in it makes no sense, none.

            EXAMPLES:
              parley import conversations.json
              parley import --dry-run --from chatgpt conversations.json
              ssh elsewhere parley export --all | parley import -
            """
    )

    @Argument(help: "The files; - for the standard input.")
    var files: [String]

    @Option(help: ArgumentHelp("What wrote it, where that was not Parley.", valueName: "format"))
    var from: ImportFormat?

    @Flag(help: "Show what would be added, and add nothing.")
    var dryRun = false

    @Flag(help: "Leave out what makes no sense, and tell of it.")
    var skipBad = false

    @OptionGroup var format: JSONOption
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if files.contains("") { throw ValidationError("One of the files has no name.") }
        if files.filter({ $0 == InputFile.standardInput }).count > 1 {
            throw ValidationError("The standard input can be read once: name - once.")
        }
    }

    func run() async throws {
        let library = try Library(global)
        SQLiteConversationStore.putTemporaryFiles(besides: library.path)
        let work = ImportWork(
            files: try files.map { try ImportWork.File($0, as: from) }, skipsBad: skipBad, isKept: !dryRun,
            now: library.surroundings.now())
        defer { work.close() }
        if dryRun {
            try await library.withStoreToTry { try await tell(of: work, into: $0, for: library.owner) }
        } else {
            try await library.withStore { try await tell(of: work, into: $0, for: library.owner) }
        }
    }

    private func tell(of work: ImportWork, into store: any ConversationStore, for owner: Owner) async throws {
        let progress = ProgressBar("importing", unit: .bytes, total: work.byteCount, notices: global.notices)
        let (result, signal) = try await Signals().guarding { () async throws -> Result<ImportReport, any Error> in
            do {
                return .success(try await work.run(into: store, for: owner) { progress.show($0) })
            } catch {
                return .failure(error)
            }
        }
        progress.end()
        if case .failure = result, let signal {
            throw Failure(ExitStatus.stopped(by: signal), "stopped", "stopped: nothing was imported; say it again")
        }
        try show(try result.get())
    }

    private func show(_ report: ImportReport) throws {
        if format.json {
            return try StandardOutput.write(JSONWriter.line { $0.importReport(report, isDryRun: dryRun) })
        }
        let listed = 20
        for record in report.skipped.prefix(listed) {
            global.notices.notice("left out \(record.position): \(record.reason)")
        }
        if report.skippedCount > listed { global.notices.notice("and \(report.skippedCount - listed) more left out") }
        try StandardOutput.write(report.sentence(isDryRun: dryRun) + "\n")
    }
}
