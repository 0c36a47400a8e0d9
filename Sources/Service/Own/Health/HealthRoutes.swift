internal import Conversations
internal import HTTPTypes
internal import JSON
internal import Transcripts

/// `/api/health`: how providers do, and did. The JSON is that of the command line.
struct HealthRoutes {
    let parts: ServiceParts

    var routes: [Route] {
        [
            Route(.get, "/api/health") { try await self.summary($0) },
            Route(.get, "/api/health/incidents") { try await self.incidents($0) },
            Route(.get, "/api/health/{provider}") { try await self.summaryOfOne($0) },
            Route(.get, "/api/health/{provider}/attempts") { try await self.attempts($0) },
            Route(.get, "/api/health/{provider}/latency") { try await self.latency($0) },
            Route(.get, "/api/health/{provider}/series") { try await self.series($0) },
            Route(.post, "/api/health/{provider}/check") { try await self.check($0) },
        ]
    }

    private func summary(_ request: ServiceRequest) async throws -> ServiceAnswer {
        let query = try parts.query(request, "since")
        return try await report(of: parts.providers.names, andOthers: true, query, request)
    }

    private func summaryOfOne(_ request: ServiceRequest) async throws -> ServiceAnswer {
        let query = try parts.query(request, "since")
        return try await report(of: [try await provider(of: request)], andOthers: false, query, request)
    }

    private func report(
        of providers: [String], andOthers: Bool, _ query: OwnQuery, _ request: ServiceRequest
    ) async throws -> ServiceAnswer {
        let report = try await parts.store.health(
            HealthQuery(
                providers: providers, includesOthers: andOthers, since: try query.since("24h"),
                now: parts.surroundings.now(), asker: request.owner))
        return .json { $0.healthReport(report) }
    }

    private func incidents(_ request: ServiceRequest) async throws -> ServiceAnswer {
        let query = try parts.query(request, "since", "limit", "provider")
        let limit = try query.integer("limit", in: 1...1000) ?? 50
        // One more than asked for tells whether there are more.
        var wanted = IncidentQuery(since: try query.since("90d"), limit: limit + 1)
        wanted.providers = query.text("provider").map { [$0] } ?? []
        let found = try await parts.store.incidents(matching: wanted)
        return .json { [wanted] in
            $0.incidents(Array(found.prefix(limit)), since: wanted.since, hasMore: found.count > limit)
        }
    }

    private func attempts(_ request: ServiceRequest) async throws -> ServiceAnswer {
        let query = try parts.query(request, "since", "until", "outcome", "kind", "limit", "after")
        var wanted = AttemptQuery(limit: try query.integer("limit", in: 1...1000) ?? 50)
        wanted.since = try query.moment("since")
        wanted.until = try query.moment("until")
        wanted.outcome = try query.choice("outcome", of: ProviderAttempt.Outcome.allCases)
        wanted.kind = try query.choice("kind", of: ProviderAttempt.Kind.allCases)
        wanted.before = query.text("after").map { AttemptID(rawValue: $0) }
        wanted.asker = request.owner
        wanted.providers = [try await provider(of: request)]
        let page = try await parts.store.attempts(matching: wanted)
        return .json { $0.attemptPage(page) }
    }

    private func latency(_ request: ServiceRequest) async throws -> ServiceAnswer {
        let query = try parts.query(request, "since")
        let report = try await parts.store.latency(
            of: try await provider(of: request), since: try query.since("24h"), now: parts.surroundings.now())
        return .json { $0.latencyReport(report) }
    }

    /// The most steps that a series has.
    private static let mostSteps: Int64 = 1000

    private func series(_ request: ServiceRequest) async throws -> ServiceAnswer {
        let query = try parts.query(request, "since", "step")
        let (since, now) = (try query.since("24h"), parts.surroundings.now())
        let step = try query.length("step") ?? .seconds(3600)
        guard (now.rawValue - since.rawValue) / step.milliseconds < Self.mostSteps else {
            throw ServiceError.invalid(
                "invalid_value", "There would be more than \(Self.mostSteps) steps: make 'step' longer.",
                parameter: "step")
        }
        let series = try await parts.store.series(
            HealthSeriesQuery(provider: try await provider(of: request), since: since, until: now, step: step))
        return .json { $0.healthSeries(series) }
    }

    private func check(_ request: ServiceRequest) async throws -> ServiceAnswer {
        _ = try parts.query(request)
        _ = try OwnFields(try await request.object(isOptional: true))
        guard let probe = await parts.providers.check(request.variables[0]) else {
            throw unknown(request.variables[0])
        }
        return .json { $0.probe(probe) }
    }

    /// The provider that the address names: one that is configured, or was ever asked.
    private func provider(of request: ServiceRequest) async throws -> String {
        let name = request.variables[0]
        if parts.providers.names.contains(name) { return name }
        if try await parts.store.conditions(of: [name])[name] != nil { return name }
        var ever = AttemptQuery(limit: 1)
        ever.providers = [name]
        guard try await !parts.store.attempts(matching: ever).attempts.isEmpty else { throw unknown(name) }
        return name
    }

    private func unknown(_ name: String) -> ServiceError {
        .notFound(
            "provider_not_found", "No provider '\(name)' is configured, nor was one ever asked.", parameter: "provider")
    }
}
