import Conversations
import Glibc
import Storage
import Support

/// What it costs to rebuild what a provider has to be told, from the file to the list of messages.
struct HistoryBenchmark {
    let path: String
    /// How often, in one chat after the other.
    let times: Int
    /// Nothing is left out, as in Benchmarks/floor.c; else what is set where nothing is configured.
    let isWhole: Bool

    // More than there is, so that each message is counted all the same.
    private static let wide = HistoryLimits(maximumTokens: 1 << 40, maximumMessages: 1 << 40)

    /// Prints what a time took of the processor, and what came of it, as JSON.
    @concurrent
    func run() async throws {
        let ids = ULIDGenerator()
        let surroundings = Surroundings(
            now: { Timestamp(rawValue: Int64(time(nil)) * 1000) }, newID: { ids.next(at: $0) },
            uptime: { .zero }, sleep: { try await Task.sleep(for: $0) }, process: "workbench")
        let store = try await SQLiteConversationStore.open(path: path, surroundings: surroundings)
        var query = ChatQuery()
        query.limit = 1000
        let chats = try await store.chats(matching: query, of: .local).chats
        let builder = HistoryBuilder(limits: isWhole ? Self.wide : .standard)

        // One before the clock runs: statements are prepared once, and it is the later ones that count.
        _ = try await history(of: chats[0], store, builder)
        var (sent, bytes) = (0, 0)
        let rebuilding = Meter()
        for number in 1...times {
            let history = try await history(of: chats[number % chats.count], store, builder)
            sent += history.sent - 1
            guard case .messages(let messages) = history.content else { continue }
            bytes += messages.reduce(0) { $0 + $1.role.rawValue.utf8.count + $1.content.utf8.count }
        }
        let cpu = rebuilding.read().cpu / Double(times)
        await store.close()
        var hops: [Double] = []
        // What the machine does beside this is in few of them.
        for _ in 0..<9 { hops.append(try await Hops.cost(1000) { Self.reckon() }.cpu / 1000) }
        let hop = hops.sorted()[4]
        print("{\"cpu\":\(cpu),\"hop_cpu\":\(hop),\"sent\":\(sent / times),\"bytes\":\(bytes / times)}")
    }

    /// Takes some 25 µs, as a history of 20 messages does.
    private static func reckon() {
        var random = SeededGenerator(seed: 1)
        var sum: UInt64 = 0
        for _ in 0..<20_000 { sum ^= random.next() }
        precondition(sum != 0, "it would be for nothing")
    }

    private func history(
        of chat: Chat, _ store: SQLiteConversationStore, _ builder: HistoryBuilder
    ) async throws -> History {
        let found = try await store.past(of: chat.id, of: .local, endingAt: chat.head ?? 0, builder.reading)
        guard let (_, past) = found else { throw StoreError.noSuchChat(chat.id) }
        return try builder.history(
            system: nil, past: past, newest: "", for: ProviderCapabilities(historyTarget: .messages))
    }
}
