import Conversations

/// The real program is the first to open what a crash has left: log, half-done work and all. Now and then it then does
/// whatever it can do.
struct FirstOpening: Sendable {
    /// What is there afterwards.
    let aftermath: Aftermath
    /// How often the program was started.
    let starts: Int
    private let nextFaults: [String]

    /// - Parameters:
    ///   - number: Which of the things that somebody may do first.
    ///   - survey: What was found in another copy of the image.
    init(of image: DiskImage, on stage: CrashStage, number: Int, after survey: DatabaseSurvey) async throws {
        let program = try stage.program(at: image)
        var next = NextStart(program, after: survey)
        try next.openFirst(number)
        aftermath = try await Aftermath(of: program, copy: stage.scenario.copy)
        if number % 4 == 0 { try await next.goOn() }
        starts = next.starts
        nextFaults = next.faults
    }

    func faults(against ledger: Ledger) -> [String] {
        (nextFaults + aftermath.faults + aftermath.faults(against: ledger)).map { "opened by the program: \($0)" }
    }
}
