import Conversations
import SQLite
import Support
import Testing
import WholeFiles

@testable import Storage

/// A database of many kinds of rows, its file closed and in pieces known to the test, to be damaged and salvaged.
struct DamagedDatabase {
    let scratch: ScratchStore
    let sound: [UInt8]
    /// The text of each message, by its key.
    let messages: [Int64: String]
    /// The messages of which something is on each page, by the pages' places in the file: found by their words, which
    /// no two messages share, and which each says at least twice.
    private let words: [Set<String>]
    static let pageSize = 4096
    var pageCount: Int { sound.count / Self.pageSize }

    init() async throws {
        scratch = try await ScratchStore()
        for number in 0..<14 {
            var chat = scratch.newChat("Chat \(number) 对话 \(String(repeating: "title ", count: number))")
            chat.tags = ["t\(number)", "all"]
            chat.metadata = ["note": "n\(number)"]
            chat.pinned = number % 3 == 0
            if number == 5 { chat.system = String(repeating: "Be brief. ", count: 900) }
            for turn in 0..<3 {
                let target: NewExchange.Target = turn == 0 ? .new(chat) : .existing(chat)
                chat = try await scratch.talk(
                    target, Self.text("q\(number)x\(turn)", size: number * turn * 7),
                    reply: Self.text("r\(number)x\(turn)", size: number == 7 ? 15_000 : 40 + number * 60))
                scratch.world.advance(by: .seconds(60))
            }
        }
        try scratch.execute(
            """
            INSERT INTO nonces (site, value, source, fetched_at, use_until) VALUES ('https://a.example', 's3', 'page', 1, 2);
            INSERT INTO site_facts VALUES ('https://a.example', 'route', '/x', 3);
            UPDATE messages SET parent = 2 WHERE key = (3 << 20 | 5);
            UPDATE messages SET role = 'system', as_developer = 1 WHERE key = (4 << 20 | 3);
            INSERT INTO responses VALUES (4 << 20 | 4, 3, 2, 1, '{"model":"eliza"}'), (5 << 20 | 2, 1, NULL, 0, '{}');
            INSERT INTO service_keys VALUES ('first', 'local', x'0102', 1, NULL), ('phone', 'phone', x'03', 2, 3);
            INSERT INTO idempotent_requests (owner, key, request_hash, created_at) VALUES ('local', 'k', x'01', 1);
            """)
        await scratch.store.close()
        sound = try Files.read(scratch.path)
        var messages: [Int64: String] = [:]
        let connection = try Connection(path: scratch.path, access: .immutable)
        let statement = try connection.prepared("SELECT key, content FROM messages")
        while try statement.step() { messages[statement.integer(0)] = statement.text(1) }
        statement.reset()
        self.messages = messages
        words = stride(from: 0, to: sound.count, by: Self.pageSize).map { [sound] start in
            let page = sound[start..<start + Self.pageSize]
            return Set(page.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) })
        }
    }

    private static func text(_ word: String, size: Int) -> String {
        String(repeating: "\(word) 你好é ", count: size / 12 + 2)
    }

    /// The messages that have nothing on these pages, which count from 0.
    func untouched(by pages: Set<Int>) -> [Int64: String] {
        let lost = pages.reduce(into: Set<String>()) { $0.formUnion($1 < words.count ? words[$1] : []) }
        return messages.filter { !lost.contains(String($0.value.prefix { $0 != " " })) }
    }

    struct Salvaged {
        var report: SalvageReport
        var messages: [Int64: String]
        var findings: [DatabaseFinding]
        /// Every row of every table, as text.
        var rows: [String: [String]]
    }

    /// Salvages a file of these bytes; nil where nothing in it can be read.
    func salvage(_ bytes: [UInt8], log: [UInt8]? = nil) async throws -> Salvaged? {
        let folder = try TemporaryFolder()
        let damaged = folder.file("damaged.db")
        let path = folder.file("new.db")
        try Files.write(bytes, to: damaged)
        if let log { try Files.write(log, to: damaged + "-wal") }
        let surroundings = scratch.world.surroundings()
        let names = log == nil ? ["damaged.db"] : ["damaged.db", "damaged.db-wal"]
        let report: SalvageReport
        do {
            report = try await SQLiteConversationStore.salvage(
                path: damaged, into: NamelessFile(path: path, replaces: false), surroundings: surroundings)
        } catch SalvageError.nothingReadable {
            #expect(try Files.names(in: folder.path) == names)
            return nil
        }
        #expect(try Files.names(in: folder.path) == names + ["new.db"])
        #expect(try Files.read(damaged) == bytes)
        let findings = try await SQLiteConversationStore.check(path: path, surroundings: surroundings)
        let connection = try Connection(path: path, access: .readOnly)
        let statement = try connection.prepared("SELECT key, content FROM messages")
        var messages: [Int64: String] = [:]
        while try statement.step() { messages[statement.integer(0)] = statement.text(1) }
        statement.reset()
        let rows = try Self.rows(of: connection)
        return Salvaged(report: report, messages: messages, findings: findings ?? [], rows: rows)
    }

    /// Every row of the tables that are salvaged, as text: columns with a bar between them.
    static func rows(of connection: Connection) throws -> [String: [String]] {
        var rows: [String: [String]] = [:]
        for table in SalvagedTable.all where !["schema_migrations", "chats_by_activity"].contains(table.name) {
            let statement = try connection.prepared("SELECT * FROM \(table.name) ORDER BY 1, 2")
            defer { statement.reset() }
            while try statement.step() {
                let columns = table.columns.indices.map { statement.optionalText(Int32($0)) ?? "-" }
                rows[table.name, default: []].append(columns.joined(separator: "|"))
            }
        }
        return rows
    }
}
