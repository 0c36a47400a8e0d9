import Conversations
import Glibc
import Storage
import Support

/// Many processes on one file: the program itself, and writers that do nothing but write.
struct Processes {
    let words: ArraySlice<String>
    /// Of each reply: with its beginning and its end, so many and two transactions.
    private static let pieces = 10

    func run() async throws {
        if words.first == "writer" { return try await write() }
        let processes = words.first.flatMap { Int($0) } ?? 16
        let rounds = words.dropFirst().first.flatMap { Int($0) } ?? 100
        var failed = false

        let report = try ManyProcesses(processes: processes, rounds: rounds).run()
        for fault in report.faults { print(fault) }
        failed = !report.faults.isEmpty
        print("\(processes) processes, \(report.turns) turns of the program; the longest took \(report.longest)")

        let folder = try TemporaryFolder()
        let path = folder.file("parley.db")
        try await Self.store(at: path).close()
        let running = try (1...processes).map { _ in
            // They share one disk, and a slow one takes 100 ms a commit.
            try RunningProgram(
                command: CommandLine.arguments[0], "processes", "writer", path, "\(rounds)",
                patience: .seconds(60) + .milliseconds(100) * (processes * rounds * (Self.pieces + 2)))
        }
        var waits: [Double] = []
        for one in running {
            let outcome = try one.finish()
            failed = failed || outcome.status != 0
            waits += outcome.output.split(separator: "\n").compactMap { Double($0) }
            if !outcome.errorOutput.isEmpty { print(outcome.errorOutput) }
        }
        guard !waits.isEmpty else { exit(1) }
        waits.sort()
        let (middle, late) = (waits[waits.count / 2], waits[waits.count * 99 / 100])
        print(
            "\(processes) writers without a pause, \(waits.count) transactions; in ms: median \(middle), 99 of 100"
                + " within \(late), longest \(waits.last ?? 0)")
        exit(failed ? 1 : 0)
    }

    private static func store(at path: String) async throws -> SQLiteConversationStore {
        let start = ContinuousClock.now
        let ids = ULIDGenerator()
        return try await SQLiteConversationStore.open(
            path: path,
            surroundings: Surroundings(
                now: { Timestamp(rawValue: Int64(time(nil)) * 1000) }, newID: { ids.next(at: $0) },
                uptime: { ContinuousClock.now - start }, sleep: { try await Task.sleep(for: $0) },
                process: "\(getpid())"))
    }

    /// Writes exchanges one after the other, and prints how long each transaction took, in ms.
    @concurrent
    private func write() async throws {
        guard let path = words.dropFirst().first, let rounds = words.dropFirst(2).first.flatMap({ Int($0) }) else {
            exit(64)
        }
        let store = try await Self.store(at: path)
        let clock = ContinuousClock()
        var times: [Duration] = []
        let id = ChatID(rawValue: "writer-\(getpid())")
        var target = NewExchange.Target.new(Chat(id: id, owner: .local, title: "t", createdAt: Timestamp(rawValue: 1)))
        for number in 1...rounds {
            let now = Timestamp(rawValue: Int64(time(nil)) * 1000)
            let attempt = ProviderAttempt(
                id: AttemptID(rawValue: "\(id.rawValue)-\(number)"), provider: "eliza", model: nil, kind: .chat,
                startedAt: now)
            let (process, chat) = ("\(getpid())", target.chat)
            let lease = now.advanced(by: .seconds(3600))
            var start = clock.now
            let open = try await store.begin(
                NewExchange(
                    target: target, turn: .say("message \(number)", after: chat.head), provider: "eliza", model: nil,
                    attempt: attempt, process: process, now: now, leaseUntil: lease))
            times.append(clock.now - start)
            let right = OpenReply(
                id: open.reply.id, owner: chat.owner, version: open.chat.version, process: process, leaseUntil: lease)
            for piece in 1...Self.pieces {
                start = clock.now
                try await store.keep("piece \(piece)", number: piece, of: right)
                times.append(clock.now - start)
            }
            var reply = open.reply
            reply.status = .complete
            reply.content = "reply \(number)"
            start = clock.now
            target = .existing(
                try await store.finish(right, with: ReplyEnding(message: reply, attempt: open.attempt)))
            times.append(clock.now - start)
        }
        await store.close()
        for time in times { print(Double(time.components.attoseconds) / 1e15 + Double(time.components.seconds) * 1000) }
    }
}
