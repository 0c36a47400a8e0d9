import Migrations
import SQLite

/// A database as an earlier version left it.
package enum EarlierDatabase {
    /// Makes the file with the first so many migrations: a chat with a whole exchange and a reply that was cut.
    package static func make(_ path: String, version: Int) throws {
        let connection = try Connection(path: path)
        try connection.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
        for migration in Migration.all.prefix(version) {
            try connection.transaction(.immediate) {
                try connection.execute(migration.sql)
                try connection.run(
                    "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (?1, ?2, ?3, 1)",
                    migration.version, migration.name, migration.checksum)
            }
        }
        try connection.transaction(.immediate) {
            try connection.execute(content)
            // No later migration makes the index anew, as those before do for whatever is there.
            if version >= 4 {
                try connection.execute("INSERT OR REPLACE INTO pending_work (task, position) VALUES ('index', 0)")
            }
        }
    }

    /// What must be found of it whatever happens.
    static let ledger = Ledger([
        Ledger.Talk(
            title: "Kept",
            turns: [
                Ledger.Turn("Hello?", reply: "Hello.", standing: .kept, heard: "Hello."),
                Ledger.Turn("And then?", reply: "Then it got dark.", standing: .asked, heard: "Then it"),
            ])
    ])

    private static let content = """
        INSERT INTO chats (key, id, owner, title, title_folded, created_at, updated_at, provider, head, next_seq,
            message_count, version, writer, lease_until, open_reply)
        VALUES (1, 'kept', 'local', 'Kept', 'kept', 1, 2, 'eliza', 4, 5, 4, 2, 'dead', 3, 4);
        INSERT INTO messages (key, parent, role, status, provider, created_at, finished_at, content) VALUES
            (1048577, NULL, 'user', 'complete', NULL, 1, 1, 'Hello?'),
            (1048578, 1, 'assistant', 'complete', 'eliza', 1, 1, 'Hello.'),
            (1048579, 2, 'user', 'complete', NULL, 2, 2, 'And then?'),
            (1048580, 3, 'assistant', 'streaming', 'eliza', 2, NULL, '');
        INSERT INTO message_parts VALUES (1048580, 1, 'Then '), (1048580, 2, 'it');
        INSERT INTO chat_tags VALUES (1, 'tag');
        INSERT INTO nonces VALUES ('https://blog.example', 'n1', 'page', 1, 2, 'a=1', NULL, NULL);
        INSERT INTO provider_attempts (id, provider, kind, owner, chat, message, process, started_at) VALUES
            ('t1', 'eliza', 'chat', 'local', 'kept', 2, 'dead', 1), ('t2', 'eliza', 'chat', 'local', 'kept', 4, 'dead', 2)
        """
}
