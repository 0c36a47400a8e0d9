import Conversations
import Storage
import Terminal

/// The user's conversations, as the commands reach them.
struct Library {
    let path: String
    let surroundings: Surroundings
    let owner = Owner.local
    private let notices: Notices

    init(_ options: GlobalOptions, surroundings: Surroundings = .system()) throws {
        path = try Settings(environment: .current()).databasePath(flag: options.database)
        self.surroundings = surroundings
        notices = options.notices
    }

    /// Lends the store, made where it is missing, and closes it afterwards.
    func withStore<Result>(_ body: (any ConversationStore) async throws -> Result) async throws -> Result {
        try await withFile { try await body($0) }
    }

    /// Lends the store, or nil where nothing has been kept yet, and closes it afterwards.
    func withExistingStore<Result>(
        _ body: ((any ConversationStore)?) async throws -> Result
    ) async throws -> Result {
        try await withExistingFile { try await body($0) }
    }

    /// Lends the store to try something with that is not kept: where there is none, an empty one that leaves nothing behind.
    func withStoreToTry<Result>(_ body: (any ConversationStore) async throws -> Result) async throws -> Result {
        try await withExistingFile { existing in
            if let existing { return try await body(existing) }
            let store = try await SQLiteConversationStore.openTemporary(surroundings: surroundings)
            return try await closing(store) { try await body(store) }
        }
    }

    /// The same, for those who look after the file that the store is.
    func withFile<Result>(_ body: (SQLiteConversationStore) async throws -> Result) async throws -> Result {
        try await SQLiteConversationStore.tellingOfWaits(tellOfWait) {
            let store = try await showingProgress { progress in
                try await SQLiteConversationStore.open(path: path, surroundings: surroundings, progress: progress)
            }
            return try await closing(store) { try await body(store) }
        }
    }

    func withExistingFile<Result>(_ body: (SQLiteConversationStore?) async throws -> Result) async throws -> Result {
        try await SQLiteConversationStore.tellingOfWaits(tellOfWait) {
            let store = try await showingProgress { progress in
                try await SQLiteConversationStore.openExisting(
                    path: path, surroundings: surroundings, progress: progress)
            }
            return try await closing(store) { try await body(store) }
        }
    }

    private func tellOfWait() {
        notices.detail("waiting for another program to finish writing to \(path)")
    }

    /// Opening an older file may take a while: its messages are indexed.
    private func showingProgress<Store>(
        _ open: (@escaping @Sendable (Double) -> Void) async throws -> Store
    ) async rethrows -> Store {
        let progress = ProgressLine("indexing earlier messages", notices: notices)
        defer { progress.end() }
        return try await open { progress.show($0) }
    }

    /// Tells where others can read the conversations. Once in a run, by whoever opens the database.
    func tellOfExposure() {
        guard let exposed = SQLiteConversationStore.exposedFile(of: path) else { return }
        notices.notice("others can read \(exposed): chmod 600 \(exposed)")
    }

    /// Closed, the database is one file again: whoever copies it has all of it.
    private func closing<Result>(
        _ store: SQLiteConversationStore?, _ body: () async throws -> Result
    ) async throws -> Result {
        if store != nil { tellOfExposure() }
        do {
            let result = try await body()
            await store?.close()
            return result
        } catch {
            await store?.close()
            throw error
        }
    }

    /// The chat that a person means, in a store that may not be there yet.
    func chat(_ reference: String, in store: (any ConversationStore)?) async throws -> Chat {
        guard let store else { throw Self.notFound(reference) }
        switch try await ChatReference(reference).resolve(in: store, for: owner) {
        case .one(let chat): return chat
        case .none: throw Self.notFound(reference)
        case .ambiguous(let candidates):
            let names = candidates.map { "\($0.id.short) \"\(DisplayWidth.truncated($0.title, toColumns: 40))\"" }
            let more = names.count == ChatReference.maximumCandidates ? " …" : ""
            throw Failure(
                ExitStatus.usage, "ambiguous_chat",
                "'\(reference)' could be \(names.joined(separator: ", "))\(more): use more of an id"
                    + " or a title, or the short id")
        }
    }

    static let noSuchChat = "no_such_chat"

    private static func notFound(_ reference: String) -> Failure {
        if reference == ChatReference.last.text {
            return Failure(
                ExitStatus.noInput, noSuchChat, "there is no conversation yet: start one with 'parley chat'")
        }
        return Failure(
            ExitStatus.noInput, noSuchChat,
            "no chat is called '\(DisplayWidth.truncated(reference, toColumns: 60))': 'parley list' shows those there are"
        )
    }
}
