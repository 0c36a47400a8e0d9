import Glibc
import Support

/// As many crashes as one has time for, of the optimized program.
struct Crashing {
    let runs: Int
    let seed: UInt64

    /// What the program promises: text that was seen longer ago is kept.
    private static let promptness = Duration.milliseconds(250)

    /// Kills the program at every change of its files, and then at random until there were so many runs.
    func kill() async throws {
        var report = CrashReport()
        var killings = try CrashScenario.all.map {
            try Killing($0, seed: seed, promptness: Self.promptness)
        }
        for index in killings.indices {
            for isWithin in [false, true] { try await killings[index].killAtEveryChange(within: isWithin) }
        }
        let points = killings.map { $0.report.killsBefore + $0.report.killsWithin }.reduce(0, +)
        for number in 0..<max(runs - points, killings.count) {
            try await killings[number % killings.count].killAtRandom()
        }
        for killing in killings { report += killing.report }
        try end(
            report,
            """
            \(report.kills) kills at random, \(report.killsBefore) before a change of the files and \
            \(report.killsWithin) within one; \(report.turns) turns acknowledged, \(report.starts) starts after, \
            \(report.firstOpenings) times the first to open what was left; of text seen, at most \
            \(report.mostBytesLost) bytes and \(report.oldestLost) were lost
            """)
    }

    /// Cuts the power at every change, in every scenario; the more runs, the more is drawn by chance at each.
    func cutPower() async throws {
        var report = CrashReport()
        for scenario in CrashScenario.all {
            var loss = try PowerLoss(scenario, seed: seed, promptness: Self.promptness)
            try await loss.run(step: 1, samples: max(runs / 1000, 1), startsProgramEvery: 20)
            report += loss.report
        }
        try end(
            report,
            """
            \(report.powerCuts) power cuts, \(report.cases) outcomes, \(report.states) different states; \
            \(report.turns) turns acknowledged, \(report.starts) starts after, \(report.firstOpenings) times the first \
            to open what was left
            """)
    }

    private func end(_ report: CrashReport, _ summary: String) throws {
        for fault in report.faults { print("FAULT \(fault)") }
        print("\(summary); seed \(seed): \(report.faults.count) faults")
        if !report.faults.isEmpty { exit(1) }
    }
}
