package import Conversations
private import Glibc
internal import SQLite

/// Reads `logs.db` of Simon Willison's `llm`, whatever version wrote it.
///
/// It has kept its conversations in three ways, and in one file there may be all of them: rows of `log` or `logs`,
/// `conversations` with `responses` (since 0.5), and a tree of `messages` with `threads` and `turns` (newest). See its
/// <https://github.com/simonw/llm/blob/main/llm/migrations.py>.
///
/// The file is left as it is, and without a lock on it where it is at rest.
package struct LLMLogs: TranscriptSource {
    static let tool = "llm"

    private let connection: Connection
    private let path: String
    private let now: Timestamp
    private let schema: LLMSchema
    /// The file's state as it was opened, where no lock keeps others from writing.
    private let state: [Int]?
    private var ids = DerivedChatIDs(source: tool)
    private let list: Statement
    /// The row of the list that the next chat begins with.
    private var row: LLMLogRow?

    /// Of texts: what else the file has is passed over.
    package private(set) var bytesRead = 0

    /// - Parameter now: The time of chats and messages that have none.
    /// - Throws: ``UnreadableLogs``.
    package init(path: String, now: Timestamp) throws {
        self.path = path
        self.now = now
        do {
            let isAtRest = !DatabaseFile.companions.contains { Self.state(of: path + $0)?.first ?? 0 > 0 }
            state = isAtRest ? Self.state(of: path) : nil
            connection = try Connection(path: path, access: isAtRest ? .immutable : .readOnly)
            connection.harden()
            connection.setBusyTimeout(milliseconds: 5000)
            schema = try LLMSchema(of: connection)
            guard let sql = schema.list else { throw UnreadableLogs(path: path, reason: "it has no tables of llm's") }
            list = try connection.prepared(sql)
            row = try LLMLogRow(next: list)
        } catch {
            throw UnreadableLogs(error, path: path)
        }
    }

    package mutating func next() throws -> Transcript? {
        do {
            while let first = row {
                var chat = LLMChat(key: first.chat)
                while let row, row.isOfSameChat(as: first) {
                    try schema.add(row, to: &chat, from: connection)
                    self.row = try LLMLogRow(next: list)
                }
                if let state, Self.state(of: path) != state {
                    throw UnreadableLogs(path: path, reason: "llm is writing to it: try again when that is done")
                }
                guard let draft = chat.draft(ids: &ids, isOld: first.isOld) else { continue }
                bytesRead += draft.messages.reduce(0) { $0 + $1.content.utf8.count }
                return draft.transcript(now: now)
            }
            return nil
        } catch {
            throw UnreadableLogs(error, path: path)
        }
    }

    /// Its length, and when it was last written to; nil where nothing stands there.
    private static func state(of path: String) -> [Int]? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return [Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
    }
}

/// Why a file cannot be read as `llm`'s logs.
package struct UnreadableLogs: Error, Equatable {
    package var path: String
    package var reason: String

    init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    fileprivate init(_ error: any Error, path: String) {
        switch error {
        case let error as UnreadableLogs: self = error
        case let error as SQLiteError: self.init(path: path, reason: error.message)
        default: self.init(path: path, reason: "\(error)")
        }
    }
}

/// Something said, by the chat it belongs to.
struct LLMLogRow {
    enum Kind: Int64 {
        case log, logs, response, turn, thread
    }

    var chat: String
    var kind: Kind
    /// Its number in its table.
    var row: Int64

    /// Its chat is named by the number of a row in its own table.
    var isOld: Bool { kind == .log || kind == .logs }

    func isOfSameChat(as other: LLMLogRow) -> Bool {
        chat == other.chat && (kind == other.kind || !isOld && !other.isOld)
    }

    /// Nil behind the last.
    init?(next list: Statement) throws {
        guard try list.step() else { return nil }
        guard let kind = Kind(rawValue: list.integer(1)) else { return nil }
        chat = list.text(0)
        self.kind = kind
        row = list.integer(2)
    }
}
