package import Conversations
import Glibc
import SQLite
import Storage

/// What is in a database file after a crash, and whether the file is fit to go on with: looked at from outside.
package struct DatabaseSurvey: Sendable {
    package struct Found: Sendable {
        package var chat: Chat
        /// Every message, all branches, by sequence number.
        package var messages: [Message]

        package init(chat: Chat, messages: [Message]) {
            self.chat = chat
            self.messages = messages
        }
    }

    /// There is a database, and something has been put in it.
    package private(set) var isThere = true
    package private(set) var chats: [Found] = []
    /// What is wrong with the file itself, each in a line.
    package private(set) var faults: [String] = []

    /// A clock so far ahead that every lease of the program's has run out.
    private static func surroundings() -> Surroundings {
        let ids = ULIDGenerator()
        return Surroundings(
            now: { Timestamp(rawValue: Self.wallClock() + 60_000) }, newID: { ids.next(at: $0) },
            uptime: { .zero }, sleep: { try await Task.sleep(for: $0) }, process: "survey")
    }

    private static func wallClock() -> Int64 {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Looks at the file; one that is not there has no chats, and nothing is wrong with it.
    package init(of path: String) async {
        do {
            try await look(at: path)
        } catch {
            faults.append("it cannot be read: \(error)")
        }
    }

    private mutating func look(at path: String) async throws {
        let surroundings = Self.surroundings()
        faults += try await Self.damage(to: path, surroundings)
        guard let store = try await SQLiteConversationStore.openExisting(path: path, surroundings: surroundings) else {
            isThere = false
            return
        }
        let reading = Reading()
        try await store.read(.everything, of: .local) { reading.receive($0) }
        await store.close()
        chats = reading.found
    }

    /// What the program's own check finds, and what SQLite's do without it.
    private static func damage(to path: String, _ surroundings: Surroundings) async throws -> [String] {
        guard let findings = try await SQLiteConversationStore.check(path: path, surroundings: surroundings) else {
            return []
        }
        let damage = findings.filter { $0.severity == .damage }.map { "\($0.code): \($0.message)" }
        return try damage + ownChecks(of: path)
    }

    private static func ownChecks(of path: String) throws -> [String] {
        let connection = try Connection(path: path, access: .queryOnly)
        connection.setBusyTimeout(milliseconds: 2000)
        var lines: [String] = []
        for check in [
            "PRAGMA integrity_check", "SELECT 'broken reference: ' || \"table\" FROM pragma_foreign_key_check",
        ] {
            let statement = try connection.prepared(check)
            while try statement.step() {
                if statement.text(0) != "ok" { lines.append(statement.text(0)) }
            }
            statement.reset()
        }
        return lines
    }

    /// The store gives its events one after the other, and they are looked at when they have ended.
    private final class Reading: @unchecked Sendable {
        var found: [Found] = []

        func receive(_ event: TranscriptEvent) {
            switch event {
            case .chat(let chat): found.append(Found(chat: chat, messages: []))
            case .message(let message): found[found.count - 1].messages.append(message)
            case .endOfChat: break
            }
        }
    }

    // MARK: - Going on

    /// Has an exchange in every chat of the file and in a new one, as the next start of the program would, and looks
    /// whether all that was there still is: nothing needs repair.
    ///
    /// - Returns: what is wrong, each in a line.
    package func goingOn(with path: String) async -> [String] {
        do {
            let surroundings = Self.surroundings()
            let store = try await SQLiteConversationStore.open(path: path, surroundings: surroundings)
            let new = Chat(id: surroundings.newChatID(), title: "Next start", createdAt: surroundings.now())
            for target in [.new(new)] + chats.map({ NewExchange.Target.existing($0.chat) }) {
                try await Self.talk(target, in: store, surroundings)
            }
            await store.close()
        } catch {
            return ["it cannot be gone on with: \(error)"]
        }
        let after = await DatabaseSurvey(of: path)
        var faults = after.faults
        for before in chats {
            let now = after.chats.first { $0.chat.id == before.chat.id }
            if now?.messages.prefix(before.messages.count).map(\.content) != before.messages.map(\.content) {
                faults.append("the chat \(before.chat.title) has changed by going on")
            }
            if now?.messages.count != before.messages.count + 2 {
                faults.append("the chat \(before.chat.title) could not be gone on with")
            }
        }
        return faults
    }

    private static func talk(
        _ target: NewExchange.Target, in store: SQLiteConversationStore, _ surroundings: Surroundings
    ) async throws {
        let now = surroundings.now()
        let attempt = ProviderAttempt(
            id: surroundings.newAttemptID(), provider: "eliza", model: nil, kind: .chat, startedAt: now)
        let open = try await store.begin(
            NewExchange(
                target: target, turn: .say("Again?", after: target.chat.head), provider: "eliza", model: nil,
                attempt: attempt,
                process: surroundings.process, now: now, leaseUntil: now.advanced(by: .seconds(5))))
        let right = OpenReply(
            id: open.reply.id, owner: open.chat.owner, version: open.chat.version, process: surroundings.process,
            leaseUntil: now.advanced(by: .seconds(5)))
        var reply = open.reply
        reply.content = "Again."
        reply.status = .complete
        reply.finishedAt = now
        var ended = open.attempt
        ended.result.outcome = .ok
        _ = try await store.finish(right, with: ReplyEnding(message: reply, attempt: ended))
    }
}
