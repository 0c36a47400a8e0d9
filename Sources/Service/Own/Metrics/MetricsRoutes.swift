internal import Conversations
internal import HTTPTypes

/// `/metrics`, for monitoring systems. No label names a chat, a message, a model or a machine.
struct MetricsRoutes {
    let parts: ServiceParts
    private let attempts: AttemptCounters

    init(parts: ServiceParts) {
        self.parts = parts
        attempts = AttemptCounters(store: parts.store)
    }

    var routes: [Route] {
        [
            Route(.get, "/metrics", access: parts.metricsArePublic ? .open : .withKey) { request in
                let form = MetricsText.Form(accepted: request.head.headerFields[.accept])
                return .whole(.ok, [.contentType: form.contentType], try await self.metrics(form))
            }
        ]
    }

    private func metrics(_ form: MetricsText.Form) async throws -> [UInt8] {
        let now = parts.surroundings.now()
        let totals = try await attempts.totals(now: now)
        var text = MetricsText(form)
        text.family("parley_build", .info, "The running program.")
        text.sample("parley_build_info", ("version", parts.version), value: 1)
        Self.write(totals, to: &text)
        let asked = Set(totals.counts.keys.map(\.provider)).subtracting(parts.providers.names).sorted()
        let providers = parts.providers.names + asked
        Self.write(try await parts.store.conditions(of: providers), of: providers, at: now, to: &text)
        text.family("parley_replies_active", .gauge, "Replies that are being written by this process.")
        text.sample("parley_replies_active", value: parts.replies.count)
        Self.write(parts.requestMetrics, to: &text)
        Self.write(try await parts.store.measures(), to: &text)
        return text.take()
    }

    // MARK: - Providers

    private static func write(_ totals: AttemptTotals, to text: inout MetricsText) {
        text.family("parley_provider_attempts", .counter, "Attempts with a provider that have ended, of all programs.")
        let keys = totals.counts.keys.sorted {
            ($0.provider, $0.kind.rawValue, $0.outcome.rawValue) < ($1.provider, $1.kind.rawValue, $1.outcome.rawValue)
        }
        for key in keys {
            text.sample(
                "parley_provider_attempts_total", ("provider", key.provider), ("kind", key.kind.rawValue),
                ("outcome", key.outcome.rawValue), value: totals.counts[key] ?? 0)
        }
        text.family(
            "parley_provider_time_to_first_text_seconds", .histogram, "Until the first text of replies that ended well."
        )
        for (provider, lengths) in totals.firstText.sorted(by: { $0.key < $1.key }) {
            text.histogram(
                "parley_provider_time_to_first_text_seconds", ("provider", provider), counts: lengths.atOrBelowBounds,
                sum: lengths.sumOfSeconds)
        }
        text.family(
            "parley_provider_attempt_duration_seconds", .histogram, "Until the end of replies that ended well.")
        for (provider, lengths) in totals.duration.sorted(by: { $0.key < $1.key }) {
            text.histogram(
                "parley_provider_attempt_duration_seconds", ("provider", provider), counts: lengths.atOrBelowBounds,
                sum: lengths.sumOfSeconds)
        }
    }

    private static func write(
        _ conditions: [String: ProviderCondition], of providers: [String], at now: Timestamp, to text: inout MetricsText
    ) {
        text.family("parley_provider_state", .gauge, "1 for the state in which a provider is.")
        for provider in providers {
            let state = conditions[provider]?.state(at: now) ?? .unknown
            for other in ProviderState.allCases {
                text.sample(
                    "parley_provider_state", ("provider", provider), ("state", other.rawValue),
                    value: other == state ? 1 : 0)
            }
        }
        text.family(
            "parley_provider_retry_at_timestamp_seconds", .gauge, "When a provider that is down is tried again.")
        for provider in providers {
            guard let condition = conditions[provider], condition.state(at: now) == .down, let at = condition.retryAt
            else { continue }
            text.sample(
                "parley_provider_retry_at_timestamp_seconds", ("provider", provider),
                value: Double(at.rawValue) / 1000)
        }
    }

    // MARK: - This process, and the file

    private static func write(_ requests: RequestMetrics, to text: inout MetricsText) {
        let counted = requests.counted
        text.family("parley_http_requests", .counter, "Requests that were answered.")
        for (key, tally) in counted {
            for (code, count) in tally.codes.sorted(by: { $0.key < $1.key }) {
                text.sample(
                    "parley_http_requests_total", ("route", key.route), ("method", key.method), ("code", "\(code)"),
                    value: count)
            }
        }
        text.family("parley_http_request_duration_seconds", .histogram, "Until the end of the answer.")
        for (key, tally) in counted {
            text.histogram(
                "parley_http_request_duration_seconds", ("route", key.route), ("method", key.method),
                counts: tally.atOrBelowBounds, sum: tally.seconds)
        }
    }

    private static func write(_ measures: StoreMeasures, to text: inout MetricsText) {
        text.family("parley_database_size_bytes", .gauge, "The database file.")
        text.sample("parley_database_size_bytes", value: measures.bytes)
        text.family("parley_database_wal_size_bytes", .gauge, "The log beside the database file.")
        text.sample("parley_database_wal_size_bytes", value: measures.waitingBytes)
        text.family("parley_chats", .gauge, "Chats of all owners.")
        text.sample("parley_chats", value: measures.chats)
        text.family("parley_messages", .gauge, "Messages of all owners.")
        text.sample("parley_messages", value: measures.messages)
    }
}
