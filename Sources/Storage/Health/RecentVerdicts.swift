internal import Conversations

/// How a condition's newest verdicts are written down: `id:start:kind:outcome:status`, the oldest first, with spaces
/// between.
enum RecentVerdicts {
    static func text(_ verdicts: [ProviderCondition.Verdict]) -> String {
        verdicts.map { verdict in
            let status = verdict.httpStatus.map { String($0) } ?? ""
            return "\(verdict.id.rawValue):\(verdict.startedAt.rawValue):\(verdict.kind.rawValue):"
                + "\(verdict.outcome.rawValue):\(status)"
        }.joined(separator: " ")
    }

    /// - Throws: where it is no such text.
    static func verdicts(_ text: String) throws(RowError) -> [ProviderCondition.Verdict] {
        var verdicts: [ProviderCondition.Verdict] = []
        for word in text.split(separator: " ") {
            let fields = word.split(separator: ":", omittingEmptySubsequences: false)
            guard fields.count == 5, let startedAt = Int64(fields[1]),
                let kind = ProviderAttempt.Kind(rawValue: String(fields[2])),
                let outcome = ProviderAttempt.Outcome(rawValue: String(fields[3])),
                fields[4].isEmpty || Int(fields[4]) != nil
            else { throw RowError(detail: "a provider's condition has verdicts that cannot be read") }
            verdicts.append(
                ProviderCondition.Verdict(
                    id: AttemptID(rawValue: String(fields[0])), startedAt: Timestamp(rawValue: startedAt), kind: kind,
                    outcome: outcome, httpStatus: Int(fields[4])))
        }
        return verdicts
    }
}
