import Glibc

/// Cuts the power at every change that the real program makes to its files, and looks at what may be found then.
///
/// The program runs once, undisturbed, and the disk recorder writes down what it does. From that log the disk is rebuilt
/// as it may be at each place: see ``SimulatedDisk`` for what is taken for granted of it. That is as strong as a VFS of
/// SQLite's that drops what was not synced, and the program under test is the one that people use; it also covers what
/// it does to files and folders without SQLite.
package struct PowerLoss {
    package private(set) var report = CrashReport()
    private let stage: CrashStage
    private let seed: UInt64
    private let promptness: Duration?
    /// What is found on a disk that lies is no riddle.
    private let keepsFaults: Bool
    private var generator: SeededGenerator
    private var disk: SimulatedDisk
    private var ledger: Ledger
    /// Keeps the home, whose paths and inodes the log speaks of.
    private let program: ParleyProgram
    private var steps: [Step] = []
    /// What was found in the states that have been looked at.
    private var verdicts: [DiskImage: Verdict] = [:]

    private enum Step {
        case begin(CrashScenario.Deed, reply: String)
        case event(DiskLog.Record)
        case end(CrashScenario.Deed)
    }

    private struct Verdict {
        var aftermath: Aftermath
        var opening: FirstOpening?
        var faults: [String]
    }

    /// Records the deeds of a scenario.
    ///
    /// - Parameters:
    ///   - promptness: Text seen longer ago than this must have been kept; nil where time is not looked at.
    ///   - ignoresSyncs: The disk lies: what was synced is as easily lost as all else.
    package init(_ scenario: CrashScenario, seed: UInt64, promptness: Duration?, ignoresSyncs: Bool = false) throws {
        self.seed = seed
        self.promptness = promptness
        keepsFaults = !ignoresSyncs
        generator = SeededGenerator(seed: seed)
        stage = try CrashStage(scenario)
        (program, ledger) = try stage.past()
        disk = try SimulatedDisk(folder: program.home.path, ignoresSyncs: ignoresSyncs)
        for deed in scenario.deeds { try record(deed) }
    }

    private mutating func record(_ deed: CrashScenario.Deed) throws {
        let folder = try TemporaryFolder()
        let recorder = DiskRecorder(log: folder.file("log"), clockAhead: stage.scenario.clockAhead)
        var recorded = program
        recorded.environment.merge(recorder.environment(folder: program.home.path)) { $1 }
        let outcome = try recorded.run(arguments: stage.arguments(deed, with: recorded).map { Array($0.utf8) })
        guard outcome.status == 0 else {
            throw CrashStage.Failure(description: "\(deed) ended with \(outcome.status): \(outcome.errorOutput)")
        }
        steps.append(.begin(deed, reply: outcome.output))
        steps += try DiskLog(Files.read(folder.file("log"))).records.map { .event($0) }
        steps.append(.end(deed))
    }

    /// What was recorded.
    package var events: [DiskLog.Event] {
        steps.compactMap { step -> DiskLog.Event? in
            if case .event(let record) = step { record.event } else { nil }
        }
    }

    // MARK: - Cuts

    /// Cuts the power at every place, or at each `step`-th and at every acknowledgement.
    ///
    /// - Parameters:
    ///   - samples: How many states are drawn where chance decides what is there.
    ///   - startsProgramEvery: The program itself is started on one in so many different states.
    package mutating func run(step: Int, samples: Int, startsProgramEvery: Int) async throws {
        var deed: CrashScenario.Deed?
        var output: [(time: UInt64, bytes: [UInt8])] = []
        for (index, one) in steps.enumerated() {
            var isAcknowledgement = false
            switch one {
            case .begin(let next, let reply):
                deed = next
                output = []
                stage.begin(next, reply: reply, in: &ledger)
            case .end(let done):
                stage.end(done, in: &ledger)
                isAcknowledgement = true
            case .event(let record):
                disk.apply(record.event)
                guard let deed else { continue }
                let isRequest = record.event == .request
                isAcknowledgement = isRequest
                if case .output(let bytes) = record.event {
                    isAcknowledgement = output.isEmpty
                    output.append((record.time, bytes))
                }
                note(output, isRequest, of: deed, until: time(after: index) ?? record.time)
            }
            guard index % step == 0 || isAcknowledgement else { continue }
            report.powerCuts += 1
            for outage in SimulatedDisk.Outage.allCases {
                let isByChance = outage == .inOrder || outage == .scattered
                for _ in 0..<(isByChance ? samples : 1) {
                    try await look(after: outage, at: index, startsProgramEvery: startsProgramEvery)
                }
            }
        }
    }

    /// The power is cut as late as it can be at this place: just before the next thing happens.
    private func time(after index: Int) -> UInt64? {
        guard index + 1 < steps.count, case .event(let next) = steps[index + 1] else { return nil }
        return next.time
    }

    private mutating func note(
        _ output: [(time: UInt64, bytes: [UInt8])], _ isRequest: Bool, of deed: CrashScenario.Deed, until time: UInt64
    ) {
        var inTime = 0
        if let promptness {
            let (seconds, attoseconds) = promptness.components
            let bound = UInt64(seconds) * 1_000_000 + UInt64(attoseconds / 1_000_000_000_000)
            inTime = output.filter { $0.time + bound < time }.map(\.bytes.count).reduce(0, +)
        }
        stage.note(
            deed, output: output.flatMap(\.bytes), inTime: inTime, isRequested: isRequest, in: &ledger)
    }

    // MARK: - What they leave

    private mutating func look(
        after outage: SimulatedDisk.Outage, at index: Int, startsProgramEvery: Int
    ) async throws {
        let image = disk.image(after: outage, using: &generator)
        report.cases += 1
        let verdict: Verdict
        if let known = verdicts[image] {
            verdict = known
        } else {
            report.states += 1
            verdict = try await judge(image, withProgram: (report.states - 1) % startsProgramEvery == 0)
            verdicts[image] = verdict
        }
        report.turns += ledger.acknowledgedTurns
        var faults = verdict.faults + verdict.aftermath.faults(against: ledger)
        if let opening = verdict.opening { faults += opening.faults(against: ledger) }
        try report.add(
            faults, at: "\(stage.scenario.name), seed \(seed), power cut at \(index) of \(steps.count), \(outage)",
            image: image, keeps: keepsFaults)
    }

    private mutating func judge(_ image: DiskImage, withProgram startsProgram: Bool) async throws -> Verdict {
        let again = try stage.program(at: image)
        let aftermath = try await Aftermath(of: again, copy: stage.scenario.copy)
        let survey = aftermath.survey
        var faults = aftermath.faults
        var opening: FirstOpening?
        if startsProgram {
            let which = stage.scenario.name.utf8.count + report.firstOpenings
            let first = try await FirstOpening(of: image, on: stage, number: which, after: survey)
            report.firstOpenings += 1
            report.starts += first.starts
            opening = first
        }
        faults += await survey.goingOn(with: again.database)
        return Verdict(aftermath: aftermath, opening: opening, faults: faults)
    }
}
