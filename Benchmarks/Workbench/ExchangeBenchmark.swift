import Conversations
import Glibc
import SQLite
import Storage

/// What it costs to keep an exchange: the message, the open reply, checkpoints of it, its end.
struct ExchangeBenchmark {
    let path: String
    let count: Int

    // As in Benchmarks/exchange.c.
    private static let message = String(repeating: "What was said, and by whom? ", count: 8)
    private static let piece = String(repeating: "Every word of it is kept. ", count: 16)
    private static let pieces = 10
    private static let chats = 50

    /// Has exchanges in chats that the file has already, and prints what they took, as JSON. Makes the file where there is
    /// none.
    @concurrent
    func run() async throws {
        let start = ContinuousClock.now
        let ids = ULIDGenerator()
        let surroundings = Surroundings(
            now: { Timestamp(rawValue: Int64(time(nil)) * 1000) }, newID: { ids.next(at: $0) },
            uptime: { ContinuousClock.now - start }, sleep: { try await Task.sleep(for: $0) }, process: "workbench")
        let store = try await SQLiteConversationStore.open(path: path, surroundings: surroundings)
        var query = ChatQuery()
        query.limit = Self.chats
        var chats = try await store.chats(matching: query, of: .local).chats
        guard !chats.isEmpty else { return await store.close() }

        // One before the clock runs: statements are prepared once, and it is the later ones that count.
        chats[0] = try await exchange(in: chats[0], store, surroundings)
        let kept = Meter()
        for number in 0..<count {
            let chat = number % chats.count
            chats[chat] = try await exchange(in: chats[chat], store, surroundings)
        }
        let (cpu, wall) = kept.read()
        await store.close()

        // As long as a commit waits for the disk.
        let (hopCPU, hopWall) = try await Hops.cost(count * (Self.pieces + 2)) { usleep(60) }
        print("{\"cpu\":\(cpu),\"wall\":\(wall),\"hop_cpu\":\(hopCPU),\"hop_wall\":\(hopWall)}")
    }

    private func exchange(
        in chat: Chat, _ store: SQLiteConversationStore, _ surroundings: Surroundings
    ) async throws -> Chat {
        let now = surroundings.now()
        let lease = now.advanced(by: ReplyJournal.leaseLength)
        let attempt = ProviderAttempt(
            id: surroundings.newAttemptID(), provider: "eliza", model: nil, kind: .chat, startedAt: now)
        let open = try await store.begin(
            NewExchange(
                target: .existing(chat), turn: .say(Self.message, after: chat.head), provider: "eliza", model: nil,
                attempt: attempt, process: surroundings.process, now: now, leaseUntil: lease))
        let right = OpenReply(
            id: open.reply.id, owner: chat.owner, version: open.chat.version, process: surroundings.process,
            leaseUntil: lease)
        for number in 1...Self.pieces { try await store.keep(Self.piece, number: number, of: right) }
        var reply = open.reply
        reply.content = Self.whole
        reply.status = .complete
        reply.finishedAt = now
        reply.finishReason = "stop"
        var ended = open.attempt
        ended.result.outcome = .ok
        ended.result.durationMilliseconds = 7
        return try await store.finish(right, with: ReplyEnding(message: reply, attempt: ended))
    }

    private static let whole = String(repeating: piece, count: pieces)
}
