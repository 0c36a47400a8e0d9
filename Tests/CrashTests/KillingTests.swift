import Support
import Testing

/// The short form of Scripts/crash: the real program, killed.
@Outside
struct KillingTests {
    @Test(arguments: CrashScenario.all)
    func `a program killed at any moment loses nothing that it has acknowledged`(scenario: CrashScenario) async throws {
        var killing = try Killing(scenario, seed: 7, promptness: nil)
        for isWithin in [false, true] { try await killing.killAtChanges(within: isWithin, count: 2) }
        try await killing.killAtRandom()
        #expect(killing.report.killsBefore >= 2)
        #expect(killing.report.killsWithin >= 2)
        #expect(killing.report.kills > 0)
        #expect(killing.report.starts > 1 && killing.report.firstOpenings > 0)
        #expect(killing.report.faults == [])
    }
}
