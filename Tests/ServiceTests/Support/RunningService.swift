import AsyncHTTPClient
import Conversations
import HTTPTypes
import JSON
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Storage
import Support
import Synchronization
import Testing

@testable import Service

/// The service on a free port of this machine, with a database of its own.
final class RunningService: Sendable {
    let folder: TemporaryFolder
    let store: SQLiteConversationStore
    let port: Int
    let parts: ServiceParts
    /// What it serves is in Docs/openapi.json: routes of a test's own are not.
    private let isDescribed: Bool
    private let group: ServiceGroup
    private let running: Task<Void, any Error>
    private let watching: Task<Void, Never>
    private let client: HTTPClient

    /// - Parameters:
    ///   - providers: The first is the default one.
    ///   - routes: What is served of these parts; nil for all there is.
    init(
        _ providers: [any ChatProvider], limits: ServiceLimits = ServiceLimits(), surroundings: Surroundings,
        admission: any Admission = OpenAdmission(),
        routes: (@Sendable (ServiceParts) -> [Route])? = nil
    ) async throws {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1000
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        isDescribed = routes == nil
        folder = try TemporaryFolder()
        store = try await SQLiteConversationStore.open(path: folder.file("parley.db"), surroundings: surroundings)
        parts = ServiceParts(
            store: store, providers: FixedProviders(providers), history: HistoryBuilder(), surroundings: surroundings,
            limits: limits, version: "1.2.3")
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let server = ServiceServer(
            host: "127.0.0.1", port: 0, parts: parts, admission: admission,
            routes: routes?(parts) ?? ServiceRoutes.all(of: parts), observer: NoObserver(), logger: logger,
            onRunning: { port.yield($0) })
        group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [server], logger: logger))
        running = Task { [group] in try await group.run() }
        watching = Task { [parts] in await parts.replies.watch() }
        var iterator = ports.makeAsyncIterator()
        self.port = await iterator.next()!
    }

    deinit {
        // A test that has failed does not come to stopping it.
        client.shutdown { _ in }
    }

    func stop() async throws {
        await group.triggerGracefulShutdown()
        try await running.value
        watching.cancel()
        await watching.value
        try await client.shutdown()
        await store.close()
    }

    struct Answer {
        var status: Int
        var headers: [(String, String)]
        var bytes: [UInt8]

        var text: String { String(decoding: bytes, as: UTF8.self) }
        func json() throws -> JSON.JSONValue { try JSON.JSONValue(bytes) }
        /// The data of each event, in order.
        var events: [String] { EventText.data(of: text) }
        subscript(header: String) -> String? { headers.last { $0.0.lowercased() == header.lowercased() }?.1 }
    }

    /// Asks for a stream of events, which is read as it comes.
    ///
    /// - Parameter body: JSON; nil for a `GET` without one.
    func follow(_ path: String, _ body: String? = nil) async throws -> ArrivingEvents {
        ArrivingEvents(try await response(to: body == nil ? "GET" : "POST", path, body, headers: [:]))
    }

    /// - Parameter body: JSON.
    func ask(
        _ method: String, _ path: String, _ body: String? = nil, headers: [String: String] = [:]
    ) async throws -> Answer {
        let response = try await response(to: method, path, body, headers: headers)
        let bytes = try await response.body.collect(upTo: 64 << 20)
        let answer = Answer(
            status: Int(response.status.code), headers: response.headers.map { ($0.name, $0.value) },
            bytes: Array(bytes.readableBytesView))
        guard isDescribed else { return answer }
        // Whatever a test asks for: the answer is as Docs/openapi.json has it.
        let faults = ServiceDescription.current.faults(
            ofAnswerTo: method, path, status: answer.status, type: answer["Content-Type"], body: answer.text)
        #expect(faults == [])
        return answer
    }

    /// Asks for a stream, and waits for its head alone.
    func open(_ path: String, _ body: String, headers: [String: String] = [:]) async throws -> OpenStream {
        OpenStream(try await response(to: "POST", path, body, headers: headers))
    }

    private func response(
        to method: String, _ path: String, _ body: String?, headers: [String: String]
    ) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = .init(rawValue: method)
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: body))
        }
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        return try await client.execute(request, timeout: .seconds(60))
    }
}

/// Lets everybody in, as the terminal's user.
struct OpenAdmission: Admission {
    func preflight(_ head: HTTPRequest) throws -> ServiceAnswer? { nil }
    func admit(_ head: HTTPRequest, access: Route.Access) async throws -> Owner { .local }
    func addHeaders(to answer: inout ServiceAnswer, for head: HTTPRequest) {}
}

struct NoObserver: RequestObserver {
    func answered(_ request: AnsweredRequest, logger: Logger) {}
}

/// Providers that a test has made.
struct FixedProviders: ServiceProviders {
    private let providers: [any ChatProvider]

    init(_ providers: [any ChatProvider]) { self.providers = providers }

    var names: [String] { providers.map(\.name) }
    func provider(named name: String) async -> (any ChatProvider)? { providers.first { $0.name == name } }

    func check(_ name: String) async -> ProbeSummary? {
        names.contains(name)
            ? ProbeSummary(
                provider: name, address: nil, milliseconds: 3, findings: [.init(name: "reachable", value: "yes")])
            : nil
    }
}
