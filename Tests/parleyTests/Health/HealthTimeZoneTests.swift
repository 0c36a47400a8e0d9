import SQLite
import Support
import Testing

/// What the health commands make of clocks that are put back.
@Outside
struct HealthTimeZoneTests {
    private let parley: ParleyProgram

    init() throws {
        var program = try ParleyProgram()
        program.environment["TZ"] = "Europe/Berlin"
        parley = program
        try parley.run("chat", "hello")
        // 2025-10-26 02:40 in summer, and 40 minutes later, in winter.
        try Connection(path: parley.database, access: .readWrite).execute(
            """
            INSERT INTO provider_incidents (key, provider, started_at, ended_at, attempts, chats, first_attempt, last_attempt)
                VALUES (1, 'eliza', 1761439200000, 1761441600000, 3, 1, '1', '3');
            INSERT INTO incident_causes VALUES (1, 'http_5xx', 503, 3)
            """)
    }

    @Test func `an incident does not end before it began`() throws {
        let lines = try parley.run("health", "incidents", "--since", "2025-10-01").output.split(separator: "\n")
        #expect(lines.last?.hasPrefix("2025-10-26 02:40  02:20 +01:00  40 min  eliza") == true, "\(lines)")
    }

    @Test func `a day begins by the clock that it begins with`() throws {
        let report = try JSONValue(parley.run("health", "incidents", "--since", "2025-10-26", "--json").output)
        #expect(report["since"] == "2025-10-25T22:00:00.000Z")
    }
}
