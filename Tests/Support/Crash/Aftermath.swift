import Conversations

/// All databases in a home after a crash: the program's own, the copy that was made of it, and what a restoration has
/// kept aside.
struct Aftermath: Sendable {
    let survey: DatabaseSurvey
    private(set) var copy: DatabaseSurvey?
    private(set) var asides: [DatabaseSurvey] = []

    init(of program: ParleyProgram, copy file: String?) async throws {
        if let file, Files.exists(program.home.file(file)) {
            copy = await DatabaseSurvey(of: program.home.file(file))
        }
        let folder = String(program.database[..<(program.database.lastIndex(of: "/") ?? program.database.endIndex)])
        let names = Files.exists(folder) ? try Files.names(in: folder) : []
        survey = await DatabaseSurvey(of: program.database)
        for name in names where name.contains(".before-restore-") {
            guard !["-wal", "-shm", "-journal"].contains(where: name.hasSuffix) else { continue }
            asides.append(await DatabaseSurvey(of: folder + "/" + name))
        }
    }

    /// What is wrong with the files themselves, each in a line. What is kept aside may be a second name of what stands
    /// in its place, and is judged by what is in it alone.
    var faults: [String] { survey.faults + (copy?.faults ?? []).map { "in the copy: \($0)" } }

    /// What does not hold of what the world knows, each in a line.
    func faults(against ledger: Ledger) -> [String] { placeFaults(ledger) + copyFaults(ledger) }

    private func placeFaults(_ ledger: Ledger) -> [String] {
        // What the next start began is nobody's loss.
        let chats = survey.chats.filter { $0.chat.title != NextStart.title }
        let old = ledger.faults(in: chats)
        guard let restoration = ledger.restoration, let copied = ledger.copied else { return old }
        if restoration == .begun && old.isEmpty { return [] }
        let new = Ledger(copied).faults(in: chats)
        var faults: [String] = []
        if !new.isEmpty { faults += ["neither the database nor the backup stands in its place"] + old + new }
        if !asides.contains(where: { $0.faults.isEmpty && ledger.faults(in: $0.chats).isEmpty }) {
            faults.append("the database that stood there before is lost")
        }
        return faults
    }

    /// A copy is whole or not there, and there once that is acknowledged.
    private func copyFaults(_ ledger: Ledger) -> [String] {
        guard let copy else { return ledger.copied == nil ? [] : ["the copy is lost"] }
        // One that is not acknowledged yet is what is there now.
        return Ledger(ledger.copied ?? ledger.talks).faults(in: copy.chats).map { "in the copy: \($0)" }
    }
}
