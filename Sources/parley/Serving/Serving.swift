import Conversations
import Logging
import Service
import ServiceLifecycle
import Storage

/// Runs the service until a signal ends it.
struct Serving {
    let settings: ServeSettings
    let configuration: Configuration
    let store: SQLiteConversationStore
    let surroundings: Surroundings
    let global: GlobalOptions

    func run() async throws {
        let output = LogOutput(descriptor: Notices.descriptor)
        defer { output.flush() }
        let logger = logger(into: output)
        let access = try await ServeAccess(settings: settings, store: store, surroundings: surroundings).open()
        let providers = await ConfiguredProviders(
            configuration, memory: store, surroundings: surroundings, logger: logger)
        var limits = settings.limits
        limits.maximumConnections = min(
            limits.maximumConnections, OpenFiles.connections(among: OpenFiles.allowMost()))
        var parts = ServiceParts(
            store: store, providers: providers, history: HistoryBuilder(limits: configuration.history),
            surroundings: surroundings, limits: limits, version: Version.current)
        parts.metricsArePublic = settings.metricsArePublic
        let announcement = ServeAnnouncement(
            settings: settings, access: access, notices: global.notices, logger: logger)
        let server = ServiceServer(
            host: settings.host, port: settings.port, parts: parts,
            admission: RequestGuard(
                hosts: AllowedHosts(listeningAt: settings.host, others: settings.allowedHosts),
                origins: AllowedOrigins(settings.corsOrigins),
                keys: KeyRing(given: access.given, store: store, uptime: surroundings.uptime),
                rate: settings.requestsPerMinute.map { RateLimit(perMinute: $0, uptime: surroundings.uptime) }),
            routes: ServiceRoutes.all(of: parts), observer: RequestObservers([RequestLog()]), logger: logger,
            onRunning: { port in announcement.tell(port: port) })
        let upkeep = ServeUpkeep(
            providers: providers, store: store, surroundings: surroundings,
            attemptsKeptDays: configuration.attemptsKeptDays)
        try await run([
            .init(service: ServiceLife(server: server, parts: parts, logger: logger)),
            .init(service: upkeep, successTerminationBehavior: .ignore),
        ])
        await parts.erasures.end()
        logger.info("ended")
    }

    /// The first signal asks all to end; a second one ends the program at once.
    private func run(_ services: [ServiceGroupConfiguration.ServiceConfiguration]) async throws {
        // What it would say is told by the error itself.
        let silence = Logger(label: "parley", factory: { _ in SwiftLogNoOpLogHandler() })
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: services, logger: silence))
        let running = Task { try await group.run() }
        _ = try await Signals().guarding {
            try await withTaskCancellationHandler {
                try await running.value
            } onCancel: {
                Task { await group.triggerGracefulShutdown() }
            }
        }
    }

    private func logger(into output: LogOutput) -> Logger {
        let level: Logger.Level = global.quiet ? .warning : global.verbose ? .debug : .info
        return Logger(label: "parley") { _ in
            ServiceLog(settings.logFormat, level: level, now: surroundings.now) { output.write($0) }
        }
    }
}
