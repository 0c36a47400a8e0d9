import Conversations
import Providers
import SQLite
import Storage
import Support
import Testing

/// What others say back to us is written down without what we told them in confidence.
@Outside @Suite(.timeLimit(.minutes(2)))
struct ProviderSecretsTests {
    private var program: Program

    init() async throws {
        program = try await Program()
        program.environment = ["SECRET": "pa55-of-the-owner"]
    }

    /// Says back every header that it was sent, in the middle of words.
    private nonisolated static func echo(_ request: LoopbackRequest) -> String {
        let values = request.head.headers.filter { !["host", "content-length"].contains($0.name.lowercased()) }
        return values.map { "(\($0.name) is \($0.value))" }.joined(separator: " ").replacing("\"", with: "'")
    }

    /// Ways to fail that carry words.
    private nonisolated static let ways: [@Sendable (String) -> Answer] = [
        { .response(#"{"success":false,"message":"\#($0)"}"#, status: 500) },
        { .response(#"{"code":"rest_forbidden","message":"\#($0)","data":{"status":401}}"#, status: 401) },
        { .response(#"{"error":{"message":"\#($0)","type":"x"}}"#, status: 400) },
        { .response("<h1>\($0)</h1>", status: 403, type: "text/html") },
        { .response("<h1>\($0)</h1>", type: "text/html") },
        { .response(#"data: {"type":"error","data":"\#($0)"}"# + "\n\n", type: "text/event-stream") },
        { .response(#"data: {"error":{"message":"\#($0)"}}"# + "\n\n", type: "text/event-stream") },
        { .response(#"data: {"type":"live","data":"Hi"}"# + "\n\n<p>\($0)</p>", type: "text/event-stream") },
        { .response("", status: 302, headers: [("Location", "http://other.invalid/\($0)")]) },
        // Cut off by us, wherever that may be.
        { .response(String(repeating: "x", count: 180) + $0, status: 502, type: "text/html") },
    ]

    private func server(_ way: Int) throws -> LoopbackServer {
        let session = Answer.response(
            #"{"success":true,"restNonce":"n0nce12345"}"#,
            headers: [("Set-Cookie", "mwai_session_id=c00kie678; path=/")])
        return try LoopbackServer(
            routes: ["POST /wp-json/mwai/v1/start_session": session],
            otherwise: .handler { request, connection in
                try Self.ways[way](Self.echo(request)).give(to: request, on: connection)
            })
    }

    private static nonisolated let planted = [
        "n0nce12345", "c00kie678", "pa55-of-the-owner", "h3ader-value", "of-the-owner", "n0nce", "c00kie", "h3ader",
    ]

    private func expectNothingSecret(_ exchange: Exchange) throws {
        let told = "\(exchange.ending) \(exchange.reply) \(exchange.attempts)"
        let written = try texts(in: ["provider_attempts", "messages", "chats", "site_facts"])
        for secret in Self.planted {
            #expect(!told.contains(secret))
            #expect(!written.contains(secret))
        }
        #expect(exchange.reply.error != nil)
    }

    /// All that stands in these tables.
    private func texts(in tables: [String]) throws -> String {
        let connection = try Connection(path: program.databasePath, access: .readWrite)
        var texts = ""
        for table in tables {
            let columns = try connection.prepared(
                "SELECT group_concat(name, ') || quote(') FROM pragma_table_info('\(table)')")
            _ = try columns.step()
            let rows = try connection.prepared("SELECT quote(\(columns.text(0))) FROM \(table)")
            while try rows.step() { texts += rows.text(0) + "\n" }
        }
        return texts
    }

    @Test(arguments: ways.indices)
    func `a site that says back what it was told`(way: Int) async throws {
        let server = try server(way)
        let provider = try await program.provider([
            "kind": .text("ai-engine"), "url": .text(server.address),
            "headers": .mapping([.init("X-Api-Key", .text("h3ader-value"))]),
        ])
        let exchange = try await program.say("Hello", to: provider)
        #expect(server.requests.all.contains { $0.header("X-WP-Nonce") == "n0nce12345" && $0.cookies.count == 1 })
        try expectNothingSecret(exchange)
        // A nonce lives in its own table.
        #expect(try texts(in: ["nonces"]).contains("n0nce12345"))
    }

    @Test(arguments: ways.indices)
    func `a site's owner's token`(way: Int) async throws {
        let server = try server(way)
        let provider = try await program.provider([
            "kind": .text("ai-engine"), "url": .text(server.address), "history": .text("server"),
            "api_token_env": .text("SECRET"),
        ])
        try expectNothingSecret(try await program.say("Hello", to: provider))
        #expect(server.requests.all.first?.bearerToken == "pa55-of-the-owner")
        await expectNothingSecret { try await provider.probe(measuring: AttemptMeter(uptime: { .zero })) }
    }

    @Test(arguments: ways.indices, [nil, "model"])
    func `an endpoint that says back its key`(way: Int, model: String?) async throws {
        let server = try server(way)
        var settings: [String: ConfigurationValue] = [
            "kind": .text("openai"), "url": .text(server.address), "api_key_env": .text("SECRET"),
            "headers": .mapping([.init("Cookie", .text("h3ader-value"))]),
        ]
        settings["model"] = model.map(ConfigurationValue.text)
        let provider = try await program.provider(settings)
        try expectNothingSecret(try await program.say("Hello", to: provider))
        #expect(server.requests.all.first?.bearerToken == "pa55-of-the-owner")
        await expectNothingSecret { try await provider.probe(measuring: AttemptMeter(uptime: { .zero })) }
    }

    private func expectNothingSecret(_ probe: () async throws -> [ProbeFinding]) async {
        var told = ""
        do { told = "\(try await probe())" } catch { told = "\(error)" }
        for secret in Self.planted { #expect(!told.contains(secret)) }
    }

    @Test(arguments: [407, 502, 200])
    func `a proxy that says back its password`(status: Int) async throws {
        let proxy = try LoopbackServer(
            routes: [:],
            otherwise: .handler { request, connection in
                let said = Self.echo(request) + " or pa55-of-the-owner"
                try Answer.response("<h1>\(said)</h1>", status: status, type: "text/html").give(
                    to: request, on: connection)
            })
        let address = "http://me:pa55-of-the-owner@127.0.0.1:\(proxy.port)"
        for kind in ["ai-engine", "openai"] {
            let provider = try await program.provider([
                "kind": .text(kind), "url": .text("http://site.invalid"), "proxy": .text(address),
            ])
            let exchange = try await program.say("Hello", to: provider)
            try expectNothingSecret(exchange)
            let base64 = "bWU6cGE1NS1vZi10aGUtb3duZXI="
            #expect(proxy.requests.all.last?.header("Proxy-Authorization") == "Basic " + base64)
            #expect(!"\(exchange.ending)".contains(base64))
        }
    }
}
