import Conversations
import JSON

/// What a person is told when something does not work: what happened and what to do, and how the program then exits.
struct Failure: Error, Equatable {
    var status: Int32
    /// A short word that programs can compare.
    var code: String
    /// `what happened: what to do`, in one line.
    var message: String

    init(_ status: Int32, _ code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }
}

extension Failure {
    /// The error as programs read it.
    var json: [UInt8] {
        JSONWriter.line { json in
            json.object("error") { json in
                json.member("code", code)
                json.member("message", message)
            }
        }
    }
}

// The one table of errors and exits.
extension Failure {
    init(_ error: any Error) {
        switch error {
        case let error as Failure: self = error
        case let error as StoreError: self.init(error)
        case let error as HistoryError: self.init(error)
        case let error as ReplyNotKept:
            let cause = Failure(error.cause)
            self.init(cause.status, cause.code, "the reply could not be kept: " + cause.message)
        case let error as OutputError: self.init(error)
        default:
            self.init(ExitStatus.internal, "internal", "\(error): this is a defect of Parley, please report it")
        }
    }

    private init(_ error: HistoryError) {
        switch error {
        case .messageTooLarge(let bytes, let limit):
            self.init(
                ExitStatus.badData, "message_too_large",
                "the message has \(bytes) bytes, and \(limit) is the most: nothing was sent; say it in parts")
        case .messageTooLong(let characters, let limit):
            self.init(
                ExitStatus.badData, "message_too_long",
                "the message has \(characters) characters, and the provider takes \(limit): nothing was sent; shorten it"
            )
        }
    }

    private init(_ error: OutputError) {
        switch error {
        case .closed: self.init(ExitStatus.done, "closed", "nobody reads the output any more")
        case .failed(let reason):
            self.init(ExitStatus.inputOutput, "output", "the output cannot be written (\(reason)): send it elsewhere")
        }
    }

    // One line a case: a table is read, not followed.
    // swift-format-ignore
    private init(_ error: StoreError) {
        let io = ExitStatus.inputOutput
        switch error {
        case .noSuchChat(let id):
            self.init(ExitStatus.noInput, "no_such_chat", "there is no chat \(id): 'parley list' shows those there are")
        case .chatBusy(let id):
            self.init(ExitStatus.busy, "chat_busy", "chat busy: a reply is still being written in \(id.short): try again when it has ended")
        case .chatChanged(let id):
            self.init(ExitStatus.busy, "chat_changed", "the chat \(id.short) changed meanwhile: try again")
        case .leaseLost(let id):
            self.init(ExitStatus.busy, "lease_lost", "another program went on with \(id.short) while this one stood still: look at it with 'parley show \(id.short)'")
        case .chatFull(let id, let limit):
            self.init(ExitStatus.badData, "chat_full", "the chat \(id.short) has had \(limit) messages, which is the most: start a new one")
        case .chatExists(let id):
            self.init(ExitStatus.badData, "chat_exists", "there is a chat \(id) already: give the new one another id")
        case .databaseBusy(let path):
            self.init(ExitStatus.busy, "database_busy", "other programs keep \(path) locked: try again when they are done")
        case .diskFull(let path):
            self.init(io, "disk_full", "there is no space left for \(path): make room and try again; what was kept before is safe")
        case .readOnly(let path):
            self.init(io, "read_only", "\(path) cannot be written, its file system is read-only: name another with --database")
        case .permissionDenied(let path):
            self.init(ExitStatus.noPermission, "permission_denied", "you may not open \(path): change its permissions or its folder's, or name another with --database")
        case .cannotOpen(let path, let reason):
            self.init(io, "cannot_open", "\(path) cannot be opened, \(reason): name another with --database")
        case .notADatabase(let path):
            self.init(io, "not_a_database", "\(path) is not a database: it was left as it is; name another with --database")
        case .foreignDatabase(let path):
            self.init(io, "foreign_database", "\(path) is a database of another program: it was left as it is; name another with --database")
        case .damaged(let path, let detail):
            self.init(io, "damaged", "\(path) is damaged (\(detail)): keep a copy of it as it is, and go back to a backup")
        case .newerSchema(let path, let version, let known):
            self.init(io, "newer_schema", "\(path) was written by a later Parley (schema \(version), this one knows \(known)): it was left as it is; use that version")
        case .changedMigration(let path, let version, let name):
            self.init(io, "changed_migration", "\(path) was made with another migration \(version) (\(name)) than this Parley has: it was left as it is; use the Parley that made it")
        case .failed(let path, let detail):
            self.init(io, "database", "\(path) failed: \(detail): 'parley db check' looks for damage")
        }
    }
}
