internal import Conversations
internal import SQLite

extension Connection {
    /// What is wrong with what attempts came to.
    func healthFindings() throws(SQLiteError) -> [DatabaseFinding] {
        var found: [DatabaseFinding] = []
        for invariant in HealthInvariant.all {
            let count = try number(invariant.violations)
            if count > 0 { found.append(.health(invariant.code, "\(count) \(invariant.message)")) }
        }
        let conditions = try unreadableConditions()
        if conditions > 0 {
            found.append(.health("unreadable_condition", "\(conditions) providers' conditions make no sense"))
        }
        let hours = try unreadableHours()
        if hours > 0 { found.append(.health("unreadable_hour", "\(hours) hours of attempts make no sense")) }
        return found
    }

    private func unreadableConditions() throws(SQLiteError) -> Int {
        let statement = try prepared("SELECT \(ConditionRow.columns) FROM provider_conditions")
        defer { statement.reset() }
        var count = 0
        while try statement.step() {
            if (try? statement.conditionRow()) == nil { count += 1 }
        }
        return count
    }

    private func unreadableHours() throws(SQLiteError) -> Int {
        let statement = try prepared("SELECT kind, outcome, fault, first_text, duration, n FROM provider_hours")
        defer { statement.reset() }
        var count = 0
        while try statement.step() {
            let isReadable =
                statement.hasKnownWords(from: 0) && statement.integer(5) <= HourCount.range.upperBound
                && LatencyHistogram(bytes: statement.bytes(3)) != nil
                && LatencyHistogram(bytes: statement.bytes(4)) != nil
            if !isReadable { count += 1 }
        }
        return count
    }
}

/// Something that always holds in what attempts came to, and the query that counts where it does not.
private struct HealthInvariant {
    var code: String
    var message: String
    var violations: String

    static let all = [
        HealthInvariant(
            code: "empty_hour", message: "hours of attempts have none",
            violations: "SELECT count(*) FROM provider_hours WHERE n <= 0"),
        HealthInvariant(
            code: "incident_count", message: "incidents have another number of attempts than their causes",
            violations: """
                SELECT count(*) FROM provider_incidents
                WHERE attempts != (SELECT total(n) FROM incident_causes WHERE incident = key)
                """),
        HealthInvariant(
            code: "incident_backwards", message: "incidents ended before they began",
            violations: "SELECT count(*) FROM provider_incidents WHERE ended_at < started_at"),
        HealthInvariant(
            code: "incident_of_none", message: "providers are down without an incident, or have one and are not",
            violations: """
                SELECT count(*) FROM provider_conditions c WHERE c.is_former = 0 AND (c.circuit = 'open') != (
                    SELECT count(*) FROM provider_incidents i WHERE i.provider = c.provider AND i.ended_at IS NULL)
                """),
    ]
}

extension DatabaseFinding {
    fileprivate static func health(_ code: String, _ message: String) -> DatabaseFinding {
        DatabaseFinding(
            severity: .damage, code: code, message: message,
            advice: "what was said is not touched by this; 'parley db repair NEWFILE' makes it anew from the attempts")
    }
}
