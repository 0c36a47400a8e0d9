import ArgumentParser
import Storage

struct DatabaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db",
        abstract: "Look after the database file.",
        discussion: """
            EXAMPLES:
              parley db path
              parley db check
              parley db backup conversations.db
            """,
        subcommands: [
            Path.self, Check.self, Stats.self, Backup.self, Restore.self, Compact.self, Repair.self, Reindex.self,
            Migrate.self,
        ]
    )
}

extension Library {
    var noDatabase: Failure {
        Failure(ExitStatus.noInput, "no_database", "there is no database at \(path) yet: 'parley chat' makes one")
    }

    /// Lends the store of a file that has to be there.
    func withPresentFile<Result>(
        _ body: (SQLiteConversationStore) async throws -> Result
    ) async throws -> Result {
        try await withExistingFile { store in
            guard let store else { throw noDatabase }
            return try await body(store)
        }
    }
}
