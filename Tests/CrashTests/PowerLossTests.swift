import Support
import Testing

/// The short form of Scripts/crash: the power cut under the real program.
@Outside
struct PowerLossTests {
    @Test(arguments: CrashScenario.all)
    func `after a power cut all that was acknowledged is there, and nothing needs repair`(
        scenario: CrashScenario
    ) async throws {
        var loss = try PowerLoss(scenario, seed: 3, promptness: nil)
        #expect(!loss.events.isEmpty)
        try await loss.run(step: 60, samples: 1, startsProgramEvery: 80)
        #expect(loss.report.powerCuts > 2 && loss.report.states > 2)
        #expect(loss.report.starts > 0 && loss.report.firstOpenings > 0)
        #expect(loss.report.faults == [])
    }

    @Test func `the name of a new database is as safe as what is in it`() async throws {
        var loss = try PowerLoss(.creating, seed: 3, promptness: nil)
        let folders = [".local/share/parley", ".local/share", ".local", ""]
        for folder in folders { #expect(loss.events.contains(.syncFolder(path: folder)), "\(folder)") }
        // Cut behind each word of the reply and at the end.
        try await loss.run(step: 1000, samples: 4, startsProgramEvery: 1000)
        #expect(loss.report.turns > 0 && loss.report.faults == [])
    }

    @Test func `a disk that only says that it has synced is found out`() async throws {
        var loss = try PowerLoss(.creating, seed: 3, promptness: nil, ignoresSyncs: true)
        try await loss.run(step: 1000, samples: 1, startsProgramEvery: 1000)
        #expect(loss.report.faults.contains { $0.contains("the chat First is lost") })
    }
}
