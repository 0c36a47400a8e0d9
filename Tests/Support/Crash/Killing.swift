import Conversations
import Glibc

/// Kills the real program while it does the last deed of a scenario, and looks at what it left: from outside, and by
/// starting it again, each fourth time as the first to open a copy of it.
package struct Killing {
    package private(set) var report = CrashReport()
    private let stage: CrashStage
    private let deed: CrashScenario.Deed
    private let image: DiskImage
    private let ledger: Ledger
    /// What the program writes, and how long it takes, when nobody disturbs it.
    private let reply: String
    private let length: Duration
    /// How many times it changes its files then.
    private let changes: Int
    /// Text seen longer ago than this must have been kept; nil where time is not looked at.
    private let promptness: Duration?
    private let seed: UInt64
    private var generator: SeededGenerator
    private var number = 0

    package init(_ scenario: CrashScenario, seed: UInt64, promptness: Duration?) throws {
        self.seed = seed
        self.promptness = promptness
        generator = SeededGenerator(seed: seed)
        stage = try CrashStage(scenario)
        guard let deed = scenario.deeds.last else { preconditionFailure("a scenario without a deed") }
        self.deed = deed
        let (past, before) = try stage.past()
        var ledger = before
        for deed in scenario.deeds.dropLast() { try stage.perform(deed, with: past, in: &ledger) }
        image = try DiskImage(of: past.home.path)
        self.ledger = ledger

        var rehearsal = try stage.program(at: image)
        let folder = try TemporaryFolder()
        let recorder = DiskRecorder(log: folder.file("log"), clockAhead: scenario.clockAhead)
        rehearsal.environment.merge(recorder.environment(folder: rehearsal.home.path)) { $1 }
        let start = ContinuousClock.now
        let outcome = try rehearsal.run(arguments: stage.arguments(deed, with: rehearsal).map { Array($0.utf8) })
        length = ContinuousClock.now - start
        guard outcome.status == 0 else {
            throw CrashStage.Failure(description: "\(scenario.name) does not work: \(outcome.errorOutput)")
        }
        reply = outcome.output
        changes = try DiskLog(Files.read(folder.file("log"))).changes
    }

    // MARK: - Kills

    private static let killed = 128 + SIGKILL

    /// Kills it once, at a random instant of what it takes undisturbed.
    package mutating func killAtRandom() async throws {
        var delay = length * Double.random(in: 0..<1.05, using: &generator)
        // Now and then it is done before; then it is killed sooner.
        while try await !kill(after: delay) { delay = delay / 2 }
        report.kills += 1
    }

    /// - Returns: false where it had ended before.
    private mutating func kill(after delay: Duration) async throws -> Bool {
        number += 1
        var program = try stage.program(at: image)
        let recorder = DiskRecorder(clockAhead: stage.scenario.clockAhead)
        program.environment.merge(recorder.environment(folder: program.home.path)) { $1 }
        let killed = try program.start(stage.arguments(deed, with: program, number: number)).finish(killingAfter: delay)
        try await judge(killed, program, at: "kill \(number) after \(delay)")
        return killed.outcome.status == Self.killed
    }

    /// Kills it at each change of its files, one after the other, up to its normal end.
    ///
    /// - Parameter isWithin: In the middle of each write, and behind all other changes, instead of before each change.
    package mutating func killAtEveryChange(within isWithin: Bool) async throws {
        var change = 1
        while try await kill(at: change, within: isWithin) { change += 1 }
        // Replies are not kept at the same instants each time, but no run does half as much as another.
        if change <= changes / 2 { report.faults.append("\(stage.scenario.name): \(change) changes of \(changes)") }
    }

    /// Kills it at so many of its changes, or at all if it makes fewer: one by chance of each part of an undisturbed run.
    package mutating func killAtChanges(within isWithin: Bool, count: Int) async throws {
        let count = min(count, changes)
        for part in 0..<count {
            var change = Int.random(in: part * changes / count..<(part + 1) * changes / count, using: &generator) + 1
            // A run may have fewer changes than the one that was counted.
            while try await !kill(at: change, within: isWithin), change > 1 { change -= 1 }
        }
    }

    /// - Returns: false where it made fewer changes.
    private mutating func kill(at change: Int, within isWithin: Bool) async throws -> Bool {
        number += 1
        var program = try stage.program(at: image)
        let recorder = DiskRecorder(
            end: isWithin ? .within(change) : .before(change), clockAhead: stage.scenario.clockAhead)
        program.environment.merge(recorder.environment(folder: program.home.path)) { $1 }
        let outcome = try program.start(stage.arguments(deed, with: program, number: number)).finish()
        let killed = RunningProgram.KilledOutcome(outcome: outcome)
        try await judge(killed, program, at: "kill \(isWithin ? "within" : "before") change \(change)")
        guard outcome.status == Self.killed else { return false }
        if isWithin { report.killsWithin += 1 } else { report.killsBefore += 1 }
        return true
    }

    // MARK: - What they leave

    private mutating func judge(
        _ killed: RunningProgram.KilledOutcome, _ program: ParleyProgram, at place: String
    ) async throws {
        let left = try DiskImage(of: program.home.path)
        var faults: [String] = []
        let outcome = killed.outcome
        if outcome.status != 0 && outcome.status != Self.killed {
            faults.append("it ended with \(outcome.status): \(outcome.errorOutput)")
        }
        var program = program
        program.environment = try stage.program().environment
        let known = known(after: killed)
        let aftermath = try await Aftermath(of: program, copy: stage.scenario.copy)
        let survey = aftermath.survey
        faults += aftermath.faults + aftermath.faults(against: known)
        report.turns += known.acknowledgedTurns
        faults += note(killed, in: survey)
        if number % 4 == 2 {
            let which = stage.scenario.name.utf8.count + report.firstOpenings
            let opening = try await FirstOpening(of: left, on: stage, number: which, after: survey)
            faults += opening.faults(against: known)
            report.firstOpenings += 1
            report.starts += opening.starts
        }
        faults += await survey.goingOn(with: program.database)
        try report.add(faults, at: "\(stage.scenario.name), seed \(seed), \(place)", image: left)
    }

    private func known(after killed: RunningProgram.KilledOutcome) -> Ledger {
        var known = ledger
        stage.begin(deed, number: number, reply: reply, in: &known)
        let inTime = promptness.flatMap { bound in killed.heard.last { $0.age > bound }?.count } ?? 0
        stage.note(
            deed, number: number, output: killed.outcome.outputBytes, inTime: inTime,
            isRequested: stage.isRequested(deed, number: number), in: &known)
        if killed.outcome.status == 0 { stage.end(deed, in: &known) }
        return known
    }

    /// Notes how much of what had been seen was not kept. Of a reply that comes fast more than 4 KiB may be on their way
    /// to the disk, but then they are young.
    ///
    /// - Returns: what does not hold.
    private mutating func note(_ killed: RunningProgram.KilledOutcome, in survey: DatabaseSurvey) -> [String] {
        guard let title = deed.talk, killed.outcome.status != 0 else { return [] }
        let reply = survey.chats.first { $0.chat.title == title }?.messages.last
        let kept = reply?.role == .assistant ? reply?.content.utf8.count ?? 0 : 0
        let seen = min(killed.heard.last?.count ?? 0, self.reply.utf8.count - 1)
        let lost = max(seen - kept, 0)
        report.mostBytesLost = max(report.mostBytesLost, lost)
        let oldest = killed.heard.first { min($0.count, self.reply.utf8.count - 1) > kept }?.age ?? .zero
        report.oldestLost = max(report.oldestLost, oldest)
        guard let promptness, lost > ReplyJournal.checkpointBytes, oldest > promptness else { return [] }
        return ["\(lost) bytes that were seen are lost, the first of them seen \(oldest) before"]
    }
}
