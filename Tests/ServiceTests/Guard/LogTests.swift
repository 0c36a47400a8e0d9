import Conversations
import HTTPTypes
import JSON
import Logging
import Support
import Synchronization
import Testing

@testable import Service

@Suite struct LogTests {
    private final class Lines: Sendable {
        private let state = Mutex<[String]>([])
        var all: [String] { state.withLock { $0 } }
        func add(_ line: [UInt8]) { state.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
    }

    private static func logger(_ format: LogFormat, into lines: Lines, level: Logger.Level = .info) -> Logger {
        let world = ScriptedWorld()
        return Logger(label: "test") { _ in
            ServiceLog(format, level: level, now: { world.now }) { lines.add($0) }
        }
    }

    private static let request = AnsweredRequest(
        id: "req_1", method: .post, route: "/v1/models/{model}", status: .ok, duration: .milliseconds(12))

    @Test func `a request is a line of text`() {
        let lines = Lines()
        var logger = Self.logger(.text, into: lines)
        logger[metadataKey: "request_id"] = "req_1"
        RequestLog().answered(Self.request, logger: logger)
        #expect(
            lines.all == [
                "2026-01-31T12:00:00.000Z info answered method=POST milliseconds=12 request_id=req_1"
                    + " route=/v1/models/{model} status=200\n"
            ])
    }

    @Test func `a request is an object for programs`() throws {
        let lines = Lines()
        RequestLog().answered(Self.request, logger: Self.logger(.json, into: lines))
        let line = try JSON.JSONValue(Array(try #require(lines.all.first).utf8))
        #expect(line["time"]?.string == "2026-01-31T12:00:00.000Z")
        #expect(line["level"]?.string == "info")
        #expect(line["status"]?.integer == 200)
        #expect(line["milliseconds"]?.integer == 12)
    }

    @Test(arguments: LogFormat.allCases)
    func `nothing in a line passes for another`(format: LogFormat) {
        let lines = Lines()
        Self.logger(format, into: lines).warning("one\ntwo\u{1B}[2J", metadata: ["key": "a\nb\u{7F}"])
        #expect(lines.all.count == 1)
        #expect(lines.all[0].filter { $0 == "\n" }.count == 1)
        #expect(lines.all[0].unicodeScalars.dropLast().allSatisfy { $0.value >= 0x20 })
    }

    @Test func `those who watch over the service fill no log`() {
        let lines = Lines()
        for route in ["/healthz", "/readyz", "/metrics"] {
            var request = Self.request
            request.route = route
            RequestLog().answered(request, logger: Self.logger(.text, into: lines))
        }
        #expect(lines.all.isEmpty)
    }
}
