import Conversations
import HTTPTypes
import JSON
import Storage
import Support
import Testing

@testable import Service

@Suite struct ServiceDescriptionTests {
    @Test func `every route is described, and nothing else`() async throws {
        let folder = try TemporaryFolder()
        let surroundings = ScriptedWorld().surroundings()
        let store = try await SQLiteConversationStore.open(path: folder.file("parley.db"), surroundings: surroundings)
        let parts = ServiceParts(
            store: store, providers: FixedProviders([]), history: HistoryBuilder(), surroundings: surroundings,
            limits: ServiceLimits(), version: "1.2.3")
        let served = ServiceRoutes.all(of: parts).map { "\($0.method.rawValue) \($0.pattern)" }
        #expect(Set(served).count == served.count)
        #expect(Set(served).subtracting(ServiceDescription.current.operations).sorted() == [])
        #expect(ServiceDescription.current.operations.subtracting(served).sorted() == [])
        await store.close()
    }

    @Test(arguments: [
        ("GET", "/v1/models", 200, "application/json", #"{"object":"list","data":[]}"#, 0),
        ("GET", "/v1/models", 200, "application/json", #"{"object":"list"}"#, 1),
        ("GET", "/v1/models", 200, "application/json", #"{"object":"list","data":[],"more":1}"#, 1),
        (
            "GET", "/v1/models/a", 200, "application/json",
            #"{"id":"a","object":"model","created":"now","owned_by":"a"}"#, 1
        ),
        ("GET", "/v1/models", 299, "application/json", "{}", 1), ("GET", "/v1/models", 200, "text/html", "<p>", 1),
        (
            "GET", "/nothing", 404, "application/json", #"{"error":{"message":"","type":"","param":null,"code":null}}"#,
            0
        ),
        ("GET", "/nothing", 404, "application/json", #"{"error":{"message":"","type":""}}"#, 2),
        ("GET", "/api/chats/c/events", 200, "text/event-stream", "event: odd\ndata: {}\n\n", 1),
        (
            "GET", "/api/chats/c/events", 200, "text/event-stream",
            "event: text\ndata: {\"offset\":-1,\"text\":\"\"}\n\n", 1
        ),
    ])
    func `an answer that is not as it is described is found out`(
        method: String, path: String, status: Int, type: String, body: String, count: Int
    ) {
        let faults = ServiceDescription.current.faults(
            ofAnswerTo: method, path, status: status, type: type, body: body)
        #expect(faults.count == count, "\(faults)")
    }
}
