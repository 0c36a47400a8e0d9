import Conversations
import SQLite
import Support
import Testing

@testable import Storage

/// Statements that run often find their rows by an index, whatever the planner knows of the data.
struct QueryPlanTests {
    struct Planned: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var sql: String
        /// What the plan has to say somewhere.
        var uses: String

        init(_ description: String, _ sql: String, uses: String) {
            testDescription = description
            self.sql = sql
            self.uses = uses
        }
    }

    static let statements = [
        Planned(
            "a chat by its id", "SELECT \(ChatRow.columns) FROM chats c WHERE c.owner = ?1 AND c.id = ?2",
            uses: "(owner=? AND id=?)"),
        Planned("the list", Connection.listQuery, uses: "chats_by_activity"),
        Planned("chats by the beginning of an id", Connection.idBeginningQuery, uses: "(owner=? AND id>? AND id<?)"),
        Planned("chats by short id", Connection.shortIDQuery, uses: "chats_by_short_id (owner=? AND <expr>=?)"),
        Planned("chats by title", Connection.titleQuery, uses: "chats_by_title (owner=? AND title_folded=?)"),
        Planned("chats by a part of a title", Connection.titlePartQuery, uses: "chats_by_title (owner=?)"),
        Planned("chats to read whole", Connection.selectionQuery, uses: "(owner=?)"),
        Planned("a branch", Connection.messagesBackwardsQuery, uses: "INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
        Planned("a past", Connection.pastQuery, uses: "INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
        Planned("a chat's version", Connection.versionQuery, uses: "(owner=? AND id=?)"),
        Planned("what was said", Connection.saidQuery, uses: "INTEGER PRIMARY KEY (rowid=?)"),
        Planned("a transcript", Connection.messagesQuery, uses: "INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
        Planned("how branches part", Connection.parentsQuery, uses: "INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
        Planned("one message", Connection.messageQuery, uses: "INTEGER PRIMARY KEY (rowid=?)"),
        Planned("texts of a chat", Connection.finishedTextsQuery, uses: "INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
        Planned("a chat by its key", Connection.chatByKeyQuery, uses: "INTEGER PRIMARY KEY (rowid=?)"),
        // What is behind the colon is the word to match and both ends of the keys: the engine sorts nothing.
        Planned("rows with words", IndexedRows.query, uses: "message_index VIRTUAL TABLE INDEX 192:M1><"),
        Planned("rows to rank, all of them", RankedRows.unconditionalQuery, uses: "VIRTUAL TABLE INDEX 192:M1><"),
        Planned("whether others have chats", RankedRows.othersQuery, uses: "(owner<?)"),
        Planned("the newest chat", IndexedRows.newestChatQuery, uses: "SEARCH chats"),
        Planned("rows to rank", RankedRows.query, uses: "i VIRTUAL TABLE INDEX 192:M1><"),
        Planned(
            "chats to search", SearchedChats.query, uses: "chats_by_activity (owner=? AND archived=? AND updated_at>?)"),
        Planned("a chat to search", SearchedChats.keyQuery, uses: "INTEGER PRIMARY KEY (rowid=?)"),
        Planned("when a message was said", NewestRows.messageQuery, uses: "INTEGER PRIMARY KEY (rowid=?)"),
        Planned("messages with signs", RowsWithSigns.messagesQuery, uses: "INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
        Planned("pending work", Connection.pendingQuery, uses: "PRIMARY KEY (task=?)"),
        Planned("the parts of a reply", Connection.partsQuery, uses: "PRIMARY KEY (message=?)"),
        Planned("the fence", Connection.fenceQuery, uses: "(owner=? AND id=?)"),
        Planned("tags of a chat", "SELECT tag FROM chat_tags WHERE chat = ?1 ORDER BY tag", uses: "(chat=?)"),
        Planned("metadata of a chat", "SELECT name, value FROM chat_metadata WHERE chat = ?1", uses: "(chat=?)"),
        Planned("an edit", Connection.editQuery, uses: "INTEGER PRIMARY KEY (rowid=?)"),
        Planned("taking a tag away", Connection.removeTagQuery, uses: "PRIMARY KEY (chat=? AND tag=?)"),
        Planned("taking a note away", Connection.removeNoteQuery, uses: "PRIMARY KEY (chat=? AND name=?)"),
        Planned(
            "returning to the provider before", Connection.returnProviderQuery,
            uses: "provider_attempts_by_chat (owner=? AND chat=? AND message=?)"),
        Planned(
            "the open attempt of a reply", Connection.openOfReplyQuery,
            uses: "provider_attempts_by_chat (owner=? AND chat=? AND message=?)"),
        Planned(
            "whether an incident has hit a chat", Connection.faultOfChatQuery,
            uses: "provider_attempts_by_chat (owner=? AND chat=?)"),
        Planned("how a provider stands", Connection.conditionQuery, uses: "PRIMARY KEY (provider=? AND is_former=?)"),
        Planned(
            "an hour", Connection.hourQuery,
            uses: "PRIMARY KEY (provider=? AND hour=? AND kind=? AND outcome=? AND fault=?)"),
        Planned("an incident that goes on", Connection.openIncidentQuery, uses: "(provider=? AND ended_at=?)"),
        Planned("the end of an incident", Connection.endIncidentQuery, uses: "(provider=? AND ended_at=?)"),
        Planned("whose an attempt is", Connection.chatOfAttemptQuery, uses: "PRIMARY KEY (id=?)"),
        Planned("an attempt laid to the network", Connection.layToNetworkQuery, uses: "PRIMARY KEY (id=?)"),
        Planned(
            "attempts laid to a provider", Connection.unreachableSinceQuery,
            uses: "provider_attempts_by_outcome (provider=? AND kind=? AND outcome=? AND id>?)"),
        Planned(
            "forgetting how one stood", Connection.forgetFormerQuery, uses: "PRIMARY KEY (provider=? AND is_former=?)"),
        Planned("whether a trial's attempt is there", Connection.isAttemptQuery, uses: "PRIMARY KEY (id=?)"),
        Planned(
            "the last attempt to prune", Connection.greatestToPruneQuery,
            uses: "provider_attempts_by_time (provider=? AND started_at<?)"),
        Planned(
            "pruning finds attempts by their time", Connection.pruneQuery,
            uses: "provider_attempts_by_time (provider=? AND started_at<?)"),
        Planned("pruning takes them by their ids", Connection.pruneQuery, uses: "PRIMARY KEY (id=?)"),
        Planned(
            "the next provider with attempts", Connection.nextAttemptedQuery,
            uses: "COVERING INDEX provider_attempts_by_outcome (provider>?)"),
        Planned("when attempts were last pruned", Connection.lastPruningQuery, uses: "INTEGER PRIMARY KEY (rowid=?)"),
        Planned(
            "the first attempt since then", Connection.firstSinceQuery,
            uses: "provider_attempts_by_time (provider=? AND started_at=?)"),
        Planned(
            "attempts of a deleted chat", Connection.forgetAttemptsQuery,
            uses: "provider_attempts_by_chat (owner=? AND chat=?)"),
        Planned("closing an attempt", Connection.closeQuery, uses: "PRIMARY KEY (id=?)"),
        Planned(
            "deleting messages", "DELETE FROM messages WHERE key BETWEEN ?1 AND ?2",
            uses: "INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
        Planned("deleting parts", "DELETE FROM message_parts WHERE message = ?1", uses: "PRIMARY KEY (message=?)"),
        Planned("a site's nonce", Connection.nonceQuery, uses: "PRIMARY KEY (site=?)"),
        Planned("a site's facts", Connection.factsQuery, uses: "PRIMARY KEY (site=?)"),
        Planned("an attempt", Connection.attemptQuery, uses: "PRIMARY KEY (id=?)"),
        Planned("abandoned attempts", Connection.abandonedQuery, uses: "provider_attempts_pending (started_at<?)"),
        Planned(
            "the runs of attempts", Connection.nextRunQuery,
            uses: "COVERING INDEX provider_attempts_by_outcome ((provider,kind,outcome,id)>(?,?,?,?))"),
        Planned(
            "the newest attempts of a run", Connection.newestOfRunQuery,
            uses: "COVERING INDEX provider_attempts_by_outcome (provider=? AND kind=? AND outcome=? AND id<?)"),
        Planned(
            "attempts of a time, to count", Connection.rowsQuery,
            uses: "COVERING INDEX provider_attempts_by_time (provider=? AND started_at>? AND started_at<?)"),
        Planned(
            "lengths of a time", Connection.lengthsQuery,
            uses: "COVERING INDEX provider_attempts_by_time (provider=? AND started_at>? AND started_at<?)"),
        Planned("hours", Connection.hoursQuery, uses: "PRIMARY KEY (provider=? AND hour>? AND hour<?)"),
        Planned("all hours", Connection.totalsQuery, uses: "PRIMARY KEY (provider=? AND hour>? AND hour<?)"),
        Planned(
            "lengths of a time, and when they began", Connection.startedLengthsQuery,
            uses: "COVERING INDEX provider_attempts_by_time (provider=? AND started_at>? AND started_at<?)"),
        Planned("providers that were asked", Connection.nextProviderQuery, uses: "PRIMARY KEY (provider>?)"),
        Planned("incidents", Connection.incidentsQuery, uses: "provider_incidents_by_end (provider=? AND ended_at>?)"),
        Planned(
            "incidents that go on", Connection.incidentsQuery,
            uses: "provider_incidents_by_end (provider=? AND ended_at=?)"),
        Planned(
            "times of incidents", Connection.incidentTimesQuery,
            uses: "provider_incidents_by_end (provider=? AND ended_at>?)"),
        Planned("an error's words", Connection.errorTextQuery, uses: "PRIMARY KEY (id=?)"),
        Planned("the list from its oldest", Connection.listFromOldestQuery, uses: "chats_by_activity"),
        Planned("the way to a message", Connection.pathQuery, uses: "INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
        Planned(
            "the answers to a message", Connection.childrenQuery, uses: "INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
        Planned("the newest message", Connection.newestMessageQuery, uses: "INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
        Planned("a response", Connection.responseQuery, uses: "INTEGER PRIMARY KEY (rowid=?)"),
        Planned("forgetting a response", Connection.deleteResponseQuery, uses: "INTEGER PRIMARY KEY (rowid=?)"),
        Planned(
            "attempts of a deleted message", Connection.forgetAttemptQuery,
            uses: "provider_attempts_by_chat (owner=? AND chat=? AND message=?)"),
        Planned("a key", Connection.serviceKeyQuery, uses: "PRIMARY KEY (name=?)"),
        Planned("whose a key is", Connection.keyOwnerQuery, uses: "(hash=?)"),
        Planned("a request with a key", Connection.requestQuery, uses: "(owner=? AND key=?)"),
        Planned(
            "old requests", Connection.oldRequestsQuery, uses: "idempotent_requests_by_time (created_at<?)"),
        Planned(
            "answers of a deleted chat", Connection.forgetAnswersQuery,
            uses: "idempotent_requests_by_chat (owner=? AND chat=?)"),
    ]

    /// Some thousand rows, much like those of a year; a tenth of the chats is archived.
    private static func fill(_ connection: Connection) throws {
        try connection.execute(
            """
            BEGIN;
            INSERT INTO chats (id, owner, title, title_folded, created_at, updated_at, provider, archived, message_count, head, next_seq)
            WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 2000)
            SELECT printf('%026d', n), iif(n % 10 = 0, 'other', 'local'), 'Title ' || n, 'title ' || n, n, n * 7 % 1999,
                iif(n % 2, 'eliza', 'blog'), n % 11 = 0, 4, 4, 5 FROM n;
            INSERT INTO messages (key, parent, role, status, created_at, content)
            SELECT c.key << 20 | s.seq, nullif(s.seq - 1, 0), iif(s.seq % 2, 'user', 'assistant'), 'complete', 1, 'words'
            FROM chats c, (SELECT 1 AS seq UNION SELECT 2 UNION SELECT 3 UNION SELECT 4) s;
            INSERT INTO chat_tags (chat, tag) SELECT key, 'tag' || key % 5 FROM chats;
            INSERT INTO chat_metadata (chat, name, value) SELECT key, 'source', 'test' FROM chats WHERE key % 3 = 0;
            INSERT INTO message_parts (message, part, content) SELECT key, 1, 'x' FROM messages WHERE key % 4 = 0;
            INSERT INTO provider_attempts (id, provider, kind, owner, chat, message, process, started_at, outcome, first_text_ms, duration_ms)
            SELECT id || message_count, provider, 'chat', owner, id, 2, 'test', updated_at, iif(key % 100, 'ok', 'pending'), 5, 9 FROM chats;
            COMMIT
            """)
    }

    private static func filledDatabase(isAnalyzed: Bool) throws -> Connection {
        let connection = try Connection(path: ":memory:")
        try SchemaMigrator.migrate(connection, now: { ScriptedWorld().now })
        try fill(connection)
        if isAnalyzed { try connection.execute("ANALYZE") }
        return connection
    }

    private static func plan(of sql: String, on connection: Connection) throws -> [String] {
        let statement = try connection.prepared("EXPLAIN QUERY PLAN " + sql)
        defer { statement.reset() }
        var plan: [String] = []
        while try statement.step() { plan.append(statement.text(3)) }
        return plan
    }

    // There are two rows a provider at the most.
    @Test(
        arguments: [
            Connection.setApartQuery, Connection.forgetFormerOfThoseApartQuery, Connection.lastAnswerQuery,
            Connection.othersUnreachableQuery, Connection.rememberedQuery,
        ], [false, true])
    func `how all providers stand is gone through alone`(sql: String, isAnalyzed: Bool) throws {
        let plan = try Self.plan(of: sql, on: Self.filledDatabase(isAnalyzed: isAnalyzed))
        let accesses = plan.filter { $0.hasPrefix("SCAN") || $0.hasPrefix("SEARCH") }
        #expect(!accesses.isEmpty && accesses.allSatisfy { $0.contains("provider_conditions") }, "\(plan)")
    }

    // Of its causes, which are few, a window is made.
    @Test(arguments: [false, true])
    func `an incident's cause is looked for among its own`(isAnalyzed: Bool) throws {
        let plan = try Self.plan(of: Connection.causeQuery, on: Self.filledDatabase(isAnalyzed: isAnalyzed))
        let accesses = plan.filter { $0.contains("incident_causes") }
        #expect(accesses == ["SEARCH incident_causes USING PRIMARY KEY (incident=?)"], "\(plan)")
    }

    @Test(arguments: [false, true])
    func `nothing is found by going through everything`(isAnalyzed: Bool) throws {
        let connection = try Self.filledDatabase(isAnalyzed: isAnalyzed)
        for planned in Self.statements {
            let plan = try Self.plan(of: planned.sql, on: connection).joined(separator: "\n")
            #expect(plan.contains(planned.uses), "\(planned.testDescription): \(plan)")
            // So SQLite also calls a way through an index of its full-text engine, and a row of no table.
            let scans = plan.replacing("SCAN i VIRTUAL TABLE INDEX 192", with: "").replacing(
                "SCAN message_index VIRTUAL TABLE INDEX 192", with: ""
            ).replacing("SCAN CONSTANT ROW", with: "")
            #expect(!scans.contains("SCAN"), "\(planned.testDescription): \(plan)")
            #expect(!plan.contains("TEMP B-TREE"), "\(planned.testDescription): \(plan)")
        }
    }
}
