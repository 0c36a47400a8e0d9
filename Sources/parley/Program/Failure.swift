import Archives
import Conversations
import Glibc
import JSON
import Service
import Storage
import Terminal
import Transcripts
import WholeFiles

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
        case let error as SalvageError: self.init(error)
        case let error as RestoreError: self.init(error)
        case let error as FileError: self.init(error)
        case let error as InputError: self.init(error)
        case let error as BadImport: self.init(error)
        case let error as ZipError: self.init(error)
        case let error as UnreadableLogs:
            self.init(
                ExitStatus.badData, "unreadable_logs",
                "\(error.path) cannot be read as llm's logs (\(error.reason)): name the file that 'llm logs path' tells;"
                    + " nothing was imported")
        case let error as HistoryError: self.init(error)
        case let error as TurnError: self.init(error)
        case let error as ChatLabelError: self.init(error)
        case let error as ReplyNotKept:
            let cause = Failure(error.cause)
            self.init(cause.status, cause.code, "the reply could not be kept: " + cause.message)
        case let error as OutputError: self.init(error)
        case let error as ListeningError: self.init(error)
        case let error as StoppedBeforehand:
            self.init(
                ExitStatus.stopped(by: error.signal), "stopped",
                "stopped before anything was kept or sent: say it again")
        default:
            self.init(ExitStatus.internal, "internal", "\(error): this is a defect of Parley, please report it")
        }
    }

    private init(_ error: ListeningError) {
        let place = error.place
        switch error.cause {
        case .inUse:
            self.init(
                ExitStatus.unavailable, "address_in_use",
                "another program listens on \(place) already: end it, or choose another with --port")
        case .notAllowed:
            self.init(
                ExitStatus.noPermission, "permission_denied",
                "you may not listen on \(place): choose a --port above 1023")
        case .noSuchAddress:
            self.init(
                ExitStatus.unavailable, "no_such_address",
                "\(place) is no address of this machine: name one with --host")
        case .failed(let reason):
            self.init(
                ExitStatus.unavailable, "cannot_listen",
                "nobody can listen on \(place) (\(reason)): name another --host")
        }
    }

    private init(_ error: TurnError) {
        switch error {
        case .nothingToRetry(let id):
            self.init(
                ExitStatus.badData, "nothing_to_retry",
                "\(id.short) does not end in a reply to you: say something with 'parley resume \(id.short)'")
        case .notTheUsers(let id, let role):
            self.init(
                ExitStatus.badData, "not_yours",
                "message \(id.seq) of \(id.chat.short) is the \(role.rawValue)'s, and only yours can be put in other words:"
                    + " 'parley show \(id.chat.short)' shows which are")
        case .nothingToAnswer:
            self.init(
                ExitStatus.badData, "nothing_to_answer", "nothing of yours is there to be answered: say something")
        }
    }

    private init(_ error: ChatLabelError) {
        let message =
            switch error {
            case .longTitle(let characters, let limit):
                "the title has \(characters) characters, and \(limit) is the most: shorten it"
            case .emptyTag: "a tag has to have a character that is no space"
            case .longTag(let tag, let limit):
                "the tag '\(DisplayWidth.truncated(tag, toColumns: 20))' has \(tag.count) characters, and \(limit) is the most: "
                    + "shorten it"
            case .tagOfControls(let tag):
                "the tag '\(tag)' has line ends or other control characters: leave them out"
            }
        self.init(ExitStatus.usage, "usage", message)
    }

    // swift-format-ignore
    private init(_ error: SalvageError) {
        switch error {
        case .noDatabase(let path):
            self.init(ExitStatus.noInput, "no_database", "there is no database at \(path): name the damaged one with --database")
        case .cannotRead(let path, let reason):
            self.init(ExitStatus.inputOutput, "cannot_open", "\(path) cannot be read (\(reason)): look at the file and its permissions")
        case .nothingReadable(let path):
            self.init(ExitStatus.inputOutput, "nothing_readable", "nothing in \(path) can be read as conversations: it was left as it is; go back to a backup")
        }
    }

    // One line a case: a table is read, not followed.
    // swift-format-ignore
    private init(_ error: ZipError) {
        let name = error.entry.map { "\($0) in \(error.path)" } ?? error.path
        let end = "; nothing was imported"
        switch error.reason {
        case .cannotRead(let number):
            self.init(ExitStatus.inputOutput, "cannot_read", "\(name) cannot be read (\(unsafe String(cString: strerror(number)))): look at the file and its permissions" + end)
        case .noZip:
            self.init(ExitStatus.badData, "no_zip", "\(name) is no zip, or its end is missing: download it again" + end)
        case .severalParts:
            self.init(ExitStatus.badData, "zip_in_parts", "\(name) is one of several parts of a zip: put them together, or unpack it and name the folder" + end)
        case .damagedList, .damaged:
            self.init(ExitStatus.badData, "damaged_zip", "\(name) is damaged: download it again" + end)
        case .encrypted:
            self.init(ExitStatus.badData, "encrypted_zip", "\(name) is encrypted: unpack it with its password and name the folder" + end)
        case .unknownMethod(let number):
            self.init(ExitStatus.badData, "unknown_zip_method", "\(name) is packed in a way that is not known here (method \(number)): unpack it and name the folder" + end)
        }
    }

    private init(_ error: InputError) {
        let reason = unsafe String(cString: strerror(error.number))
        switch error.number {
        case ENOENT, ENOTDIR:
            self.init(ExitStatus.noInput, "no_such_file", "there is no file \(error.path): name one that is there")
        case EISDIR:
            self.init(ExitStatus.noInput, "is_a_folder", "\(error.path) is a folder: name a file in it")
        case EACCES, EPERM:
            self.init(
                ExitStatus.noPermission, "permission_denied", "you may not read \(error.path): change its permissions")
        case EIO:
            self.init(ExitStatus.inputOutput, "input", "\(error.path) cannot be read (\(reason)): look at its disk")
        default:
            self.init(ExitStatus.noInput, "input", "\(error.path) cannot be read (\(reason)): name another")
        }
    }

    private init(_ error: BadImport) {
        let place = error.position.isEmpty ? error.file : "\(error.file), \(error.position)"
        let advice = error.canBeSkipped ? "mend it, or leave such out with --skip-bad" : "look at the file"
        self.init(
            ExitStatus.badData, "bad_record", "\(place): \(error.reason): nothing was imported; \(advice)")
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

    private init(_ error: RestoreError) {
        switch error {
        case .noSuchFile(let path):
            self.init(ExitStatus.noInput, "no_such_file", "there is no file \(path): name a backup")
        case .isTheDatabase(let path):
            self.init(ExitStatus.usage, "is_the_database", "\(path) is the database itself: name a backup of it")
        case .unfit(let path, let reason):
            self.init(
                ExitStatus.badData, "unfit_backup",
                "\(path) is no backup to go back to, \(reason): name another; the database was left as it is")
        }
    }

    private init(_ error: FileError) {
        let status = ExitStatus.cannotCreate
        switch error {
        case .isThere(let path):
            self.init(status, "file_exists", "\(path) is there already: add --force to replace it")
        case .isAFolder(let path): self.init(status, "is_a_folder", "\(path) is a folder: name a file in it")
        case .isNoFile(let path):
            self.init(status, "is_no_file", "\(path) is a device, a pipe or a link to nowhere: name a file")
        case .isSpared(let path):
            self.init(status, "is_the_database", "\(path) is the database itself: name another file")
        case .failed(let path, ENOSPC), .failed(let path, EDQUOT): self.init(StoreError.diskFull(path: path))
        case .failed(let path, let number):
            let reason = unsafe String(cString: strerror(number))
            self.init(status, "cannot_create", "\(path) cannot be made (\(reason)): name another place")
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
        case .noSuchMessage(let id):
            self.init(ExitStatus.noInput, "no_such_message", "\(id.chat.short) has no message \(id.seq): 'parley show \(id.chat.short)' shows those there are")
        case .chatBusy(let id):
            self.init(ExitStatus.busy, "chat_busy", "chat busy: a reply is still being written in \(id.short): try again when it has ended (5 s after its program did, if that was killed); to talk, --wait waits for it")
        case .chatChanged(let id):
            self.init(ExitStatus.busy, "chat_changed", "the chat \(id.short) changed meanwhile: try again")
        case .leaseLost(let id):
            self.init(ExitStatus.busy, "lease_lost", "another program went on with \(id.short) while this one stood still: look at it with 'parley show \(id.short)'")
        case .chatFull(let id, let limit):
            self.init(ExitStatus.badData, "chat_full", "the chat \(id.short) has had \(limit) messages, which is the most: start a new one")
        case .chatExists(let id):
            self.init(ExitStatus.badData, "chat_exists", "there is a chat \(id) already: give the new one another id")
        case .keyNameTaken(let name):
            self.init(ExitStatus.badData, "key_exists", "there is a key '\(name)' already: name the new one otherwise, or revoke that one first")
        case .badSearch(let reason):
            self.init(ExitStatus.usage, "bad_search", "--raw takes what FTS5 does, which says: \(reason)")
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
            self.init(io, "not_a_database", "\(path) is not a database, or its beginning is damaged: save what can be read with 'parley db repair NEWFILE', go back to a backup with 'parley db restore FILE', or name another with --database")
        case .foreignDatabase(let path):
            self.init(io, "foreign_database", "\(path) is a database of another program: it was left as it is; name another with --database")
        case .damaged(let path, let detail):
            self.init(io, "damaged", "\(path) is damaged (\(detail)): go back to a backup with 'parley db restore FILE', or save what can be read with 'parley db repair NEWFILE'")
        case .newerSchema(let path, let version, let known):
            self.init(io, "newer_schema", "\(path) was written by a later Parley (schema \(version), this one knows \(known)): it was left as it is; use that version")
        case .changedMigration(let path, let version, let name):
            self.init(io, "changed_migration", "\(path) was made with another migration \(version) (\(name)) than this Parley has: it was left as it is; use the Parley that made it")
        case .failed(let path, let detail):
            self.init(io, "database", "\(path) failed: \(detail): 'parley db check' looks for damage")
        }
    }
}
