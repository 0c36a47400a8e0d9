import Conversations
import Glibc
import Providers
import Storage
import Support

/// How much memory it takes to receive and keep a reply that is larger than what is taken.
struct ReplyMemory {
    /// Of the stream that the endpoint sends.
    let megabytes: Int

    /// Has one exchange with an endpoint in this process, and prints the most memory that the process has had, as JSON.
    func run() async throws {
        let server = try LoopbackServer(routes: [
            "POST /chat/completions": .steps([
                .write(HTTPResponse.head(200, [("Transfer-Encoding", "chunked")])),
                .flood(Self.words, bytes: megabytes << 20), .close,
            ])
        ])
        let before = try peak()
        let exchange = try await exchange(with: server.address)
        let result = exchange.attempts.last?.result
        print(
            "{\"before_kib\":\(before),\"peak_kib\":\(try peak()),\"reply_bytes\":\(exchange.reply.content.utf8.count),"
                + "\"outcome\":\"\(result.map { "\($0.outcome)" } ?? "none")\"}")
    }

    private static let words = Flood { number in
        #"data: {"choices":[{"delta":{"content":"the word of number \#(number), "}}]}"# + "\n\n"
    }

    private func exchange(with address: String) async throws -> Exchange {
        let folder = try TemporaryFolder()
        let start = ContinuousClock.now
        let ids = ULIDGenerator()
        let surroundings = Surroundings(
            now: { Timestamp(rawValue: 1_769_860_800_000) }, newID: { ids.next(at: $0) },
            uptime: { ContinuousClock.now - start }, sleep: { try await Task.sleep(for: $0) }, process: "workbench")
        let store = try await SQLiteConversationStore.open(
            path: folder.file("parley.db"), surroundings: surroundings)
        let configuration = try ProviderConfiguration(
            name: "flood",
            .mapping([
                .init("kind", .text("openai")), .init("url", .text(address)), .init("model", .text("words")),
            ]))
        let factory = ProviderFactory(
            memory: store, surroundings: surroundings, userAgent: "Workbench", pace: .zero
        ) { _ in "" }
        let manager = SessionManager(
            store: store, health: store, memory: store, builder: HistoryBuilder(limits: .standard),
            surroundings: surroundings)
        let request = ExchangeRequest(target: .newChat(title: nil, system: nil), turn: .say("Say all the words"))
        return try await manager.exchange(request, with: [try await factory.provider(configuration)]) { _ in }
    }

    /// In KiB.
    private func peak() throws -> Int {
        let line = try Files.text("/proc/self/status").split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line.flatMap { Int($0.split(whereSeparator: { $0 == " " || $0 == "\t" })[1]) } ?? 0
    }
}
