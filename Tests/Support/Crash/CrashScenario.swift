import Migrations

/// Something that the program does and that may be cut short at any moment, with what was there before.
package struct CrashScenario: Sendable {
    package enum Deed: Sendable, Equatable {
        /// Says something in the chat of this title, which is begun with it where it is new.
        case say(String, in: String, isNew: Bool)
        /// Asks for the last reply in this chat again.
        case retry(String)
        /// Says something else in the place of the message of this number.
        case edit(Int, String, in: String)
        /// Begins a chat of the second title with the past of the first.
        case fork(String, as: String)
        case delete(String)
        /// Brings in the chats of these titles, which are in a file of the home.
        case bringIn([String])
        case migrate
        /// Reads, which brings an old file up to date.
        case list
        /// Writes the file anew, without what is free in it.
        case compact
        /// Writes a backup to this file of the home.
        case backUp(String)
        /// Goes back to it.
        case restore(String)
        /// Makes the index of words anew.
        case reindex
        /// Salvages what is there into this file of the home.
        case repair(String)

        /// The chat that it talks in; nil where it does not talk.
        var talk: String? {
            switch self {
            case .say(_, let title, _), .retry(let title), .edit(_, _, let title): title
            case .fork, .delete, .bringIn, .migrate, .list, .compact, .backUp, .restore, .reindex, .repair: nil
            }
        }

        /// The file of the home in which it makes a database that is to hold what is in the program's.
        var copy: String? {
            switch self {
            case .backUp(let file), .repair(let file): file
            case .say, .retry, .edit, .fork, .delete, .bringIn, .migrate, .list, .compact, .restore, .reindex: nil
            }
        }
    }

    package enum Provider: Sendable {
        /// On board, with so many milliseconds between two words.
        case eliza(pace: Int)
        /// A server on this machine, whose replies are long and come at once.
        case endpoint
        /// Likewise an AI Engine site, which wants a nonce first.
        case site
    }

    package var name: String
    /// The number of migrations that were applied to the database that is there; nil where there is none.
    package var earlierVersion: Int?
    /// What was done before, undisturbed.
    package var past: [Deed] = []
    /// What is cut short: of several deeds, kills meet the last, power cuts all of them.
    package var deeds: [Deed]
    package var provider = Provider.eliza(pace: 0)
    /// The last deed of the past was killed in the middle of its reply.
    package var isAbandoned = false

    // MARK: - Those there are

    private static let first = Deed.say("My mother never listens to me", in: "First", isNew: true)
    private static let second = Deed.say("She talks about her garden", in: "First", isNew: false)
    private static let third = Deed.say("I am tired of it", in: "First", isNew: false)
    private static let other = Deed.say("I lost my keys", in: "Other", isNew: true)

    package static let creating = CrashScenario(name: "creating", deeds: [first])
    package static let appending = CrashScenario(
        name: "appending", deeds: [first, second], provider: .eliza(pace: 40))
    package static let streaming = CrashScenario(
        name: "streaming", past: [first, other], deeds: [second, third], provider: .endpoint)
    package static let streamingFromSite = CrashScenario(
        name: "streaming from a site", past: [first, other], deeds: [second], provider: .site)
    package static let takingOver = CrashScenario(
        name: "taking over", past: [first, second], deeds: [third], isAbandoned: true)
    package static let deleting = CrashScenario(
        name: "deleting", past: [first, second, third, other], deeds: [.delete("First")])
    package static let deletingLast = CrashScenario(
        name: "deleting what there is", past: [other], deeds: [first, .delete("Other"), .delete("First")])
    package static let creatingEmpty = CrashScenario(name: "creating by db migrate", deeds: [.migrate])
    package static let beginning = CrashScenario(
        name: "beginning in an empty database", deeds: [.migrate, first])

    /// A file of each earlier version, opened to write, to read, and to be migrated.
    package static let migrating: [CrashScenario] = (1..<Migration.all.count).flatMap { version in
        [
            CrashScenario(name: "migrating \(version)", earlierVersion: version, deeds: [.migrate]),
            CrashScenario(name: "migrating \(version) by reading", earlierVersion: version, deeds: [.list]),
            CrashScenario(name: "migrating \(version) by talking", earlierVersion: version, deeds: [other]),
        ]
    }

    package static let backingUp = CrashScenario(
        name: "backing up", past: [first, second, other], deeds: [.backUp("backup.db")])

    package static let compacting = CrashScenario(
        name: "compacting", past: [first, second, other, .delete("First")], deeds: [.compact])

    package static let restoring = CrashScenario(
        name: "restoring", past: [first, .backUp("backup.db"), second], deeds: [.restore("backup.db")])
    package static let restoringBesidesOpenReply = CrashScenario(
        name: "restoring where a reply was cut", past: [first, .backUp("backup.db"), second],
        deeds: [.restore("backup.db")], isAbandoned: true)

    package static let retrying = CrashScenario(
        name: "retrying", past: [first, second], deeds: [.retry("First")], provider: .eliza(pace: 10))
    package static let editing = CrashScenario(
        name: "editing", past: [first, second],
        deeds: [.edit(1, "My father never listens to me", in: "First")], provider: .eliza(pace: 10))
    package static let forking = CrashScenario(
        name: "forking", past: [first, second, other], deeds: [.fork("First", as: "Forked")])

    private static let brought = Deed.bringIn(["Brought 1", "Brought 2", "Brought 3"])
    package static let importing = CrashScenario(name: "importing", past: [first, other], deeds: [brought])
    package static let importingFirst = CrashScenario(name: "importing into a new database", deeds: [brought])

    package static let reindexing = CrashScenario(
        name: "reindexing", past: [first, second, other], deeds: [.reindex])
    package static let repairing = CrashScenario(
        name: "repairing", past: [first, second, other], deeds: [.repair("salvaged.db")])

    package static let all =
        [
            creating, creatingEmpty, beginning, appending, streaming, streamingFromSite, takingOver, retrying, editing,
            forking, importing, importingFirst, deleting, deletingLast, compacting, backingUp, restoring,
            restoringBesidesOpenReply, reindexing, repairing,
        ] + migrating

    /// A past that was cut leaves a chat that nobody may write in before its lease has run out.
    var clockAhead: Int { isAbandoned ? 30 : 0 }

    /// The file in which there is to be a copy of the database.
    var copy: String? { (past + deeds).compactMap(\.copy).last }
}

extension CrashScenario: CustomStringConvertible {
    package var description: String { name }
}
