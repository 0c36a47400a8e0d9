import Conversations

/// What the world outside knows of some conversations, and what must therefore be found after a crash.
///
/// Chats are known by their titles, messages by their words: each is given once.
package struct Ledger: Sendable {
    /// How much of a turn has been acknowledged.
    package enum Standing: Int, Sendable {
        /// The program was told to say it: it may be there or not.
        case begun
        /// A word of its reply was seen, or its request: the message is safe.
        case asked
        /// The program has ended well: all of it is safe.
        case kept
    }

    package struct Turn: Sendable {
        package var message: String
        /// The message was there, and another reply to it is asked for.
        package var isRetry = false
        /// The whole reply; nil where nobody knows.
        package var reply: String?
        package var standing: Standing
        /// The beginning of the reply that must be there.
        package var heard: [UInt8] = []

        package init(_ message: String, reply: String?, standing: Standing = .begun, heard: String = "") {
            self.message = message
            self.reply = reply
            self.standing = standing
            self.heard = Array(heard.utf8)
        }
    }

    package struct Talk: Sendable {
        package var title: String
        package var turns: [Turn]
        /// Of one that is made at once. Begun means: wholly there or not at all; kept means there.
        package var making: Standing?
        /// Begun means: wholly there or wholly gone; kept means gone.
        package var deletion: Standing?

        package init(title: String, turns: [Turn]) {
            self.title = title
            self.turns = turns
        }
    }

    package private(set) var talks: [Talk] = []
    /// What was there when a copy of the database was acknowledged; nil where none was.
    package private(set) var copied: [Talk]?
    /// Begun means: the database or the copy stands in its place; kept means the copy.
    package private(set) var restoration: Standing?

    /// The titles of chats that come together: all or none.
    private var imported: [String] = []

    package init(_ talks: [Talk] = []) { self.talks = talks }

    /// How many turns must be found.
    var acknowledgedTurns: Int {
        talks.filter { $0.deletion == nil && $0.making != .begun }.flatMap(\.turns).count { $0.standing != .begun }
    }

    // MARK: - What becomes known

    package mutating func begin(_ turn: Turn, in title: String) {
        if let index = talks.firstIndex(where: { $0.title == title }) {
            talks[index].turns.append(turn)
        } else {
            talks.append(Talk(title: title, turns: [turn]))
        }
    }

    /// Another reply to the latest turn of this chat.
    package mutating func beginRetry(reply: String?, in title: String) {
        guard let last = talks.first(where: { $0.title == title })?.turns.last else { return }
        var turn = Turn(last.message, reply: reply)
        turn.isRetry = true
        begin(turn, in: title)
    }

    package mutating func beginFork(of title: String, as name: String) {
        guard var talk = talks.first(where: { $0.title == title }) else { return }
        talk.title = name
        talk.making = .begun
        talks.append(talk)
    }

    package mutating func endFork(as name: String) {
        for index in talks.indices where talks[index].title == name { talks[index].making = .kept }
    }

    /// Chats that come in one piece, whole.
    package mutating func beginImport(of chats: [Talk]) {
        for var talk in chats {
            talk.making = .begun
            imported.append(talk.title)
            talks.append(talk)
        }
    }

    package mutating func endImport() {
        for index in talks.indices where imported.contains(talks[index].title) { talks[index].making = .kept }
    }

    package mutating func noteCopy() { copied = talks }

    package mutating func beginRestoration() { restoration = .begun }

    package mutating func endRestoration() { restoration = .kept }

    package mutating func beginDeletion(of title: String) {
        for index in talks.indices where talks[index].title == title { talks[index].deletion = .begun }
    }

    /// The latest turn of this chat has come so far.
    package mutating func note(_ standing: Standing, heard: ArraySlice<UInt8> = [], in title: String) {
        guard let talk = talks.firstIndex(where: { $0.title == title }) else { return }
        let turn = talks[talk].turns.count - 1
        if standing.rawValue > talks[talk].turns[turn].standing.rawValue {
            talks[talk].turns[turn].standing = standing
        }
        if heard.count > talks[talk].turns[turn].heard.count { talks[talk].turns[turn].heard = Array(heard) }
    }

    package mutating func endDeletion(of title: String) {
        for index in talks.indices where talks[index].title == title { talks[index].deletion = .kept }
    }

    // MARK: - What is found

    /// What does not hold, each in a line; empty where all does.
    package func faults(in chats: [DatabaseSurvey.Found]) -> [String] {
        var faults: [String] = []
        for talk in talks {
            let found = chats.filter { $0.chat.title == talk.title }
            if found.count > 1 { faults.append("there are \(found.count) chats \(talk.title)") }
            if let found = found.first {
                if talk.deletion == .kept { faults.append("the chat \(talk.title) is back, which was deleted") }
                faults += Self.faults(of: talk, in: found)
            } else if talk.deletion == nil, talk.making != .begun, talk.turns.contains(where: { $0.standing != .begun })
            {
                faults.append("the chat \(talk.title) is lost")
            }
        }
        let arrived = imported.count { title in chats.contains { $0.chat.title == title } }
        if arrived != 0 && arrived != imported.count {
            faults.append("\(arrived) chats are there of \(imported.count) that come together")
        }
        for found in chats where !talks.contains(where: { $0.title == found.chat.title }) {
            faults.append("there is a chat \(found.chat.title) that nobody began")
        }
        return faults
    }

    private static func faults(of talk: Talk, in found: DatabaseSurvey.Found) -> [String] {
        var faults: [String] = []
        var known = 0
        var replies: [Int: Int] = [:]
        for turn in talk.turns {
            guard let index = found.messages.firstIndex(where: { $0.role == .user && $0.content == turn.message })
            else {
                if turn.standing != .begun { faults.append("the message \(turn.message) is lost") }
                continue
            }
            let message = found.messages[index]
            if message.status != .complete { faults.append("the message \(turn.message) is \(message.status)") }
            // A retry puts its reply behind those that are there.
            let number = replies[message.id.seq, default: 0]
            guard let reply = found.messages.filter({ $0.parent == message.id.seq }).dropFirst(number).first else {
                if turn.isRetry {
                    if turn.standing != .begun { faults.append("another reply to \(turn.message) is lost") }
                } else {
                    faults.append("the message \(turn.message) has no reply, not even an open one")
                }
                continue
            }
            replies[message.id.seq] = number + 1
            known += turn.isRetry ? 1 : 2
            faults += Self.faults(of: turn, in: reply)
        }
        if found.messages.count != known {
            faults.append("the chat \(talk.title) has \(found.messages.count - known) messages that nobody said")
        }
        return faults
    }

    private static func faults(of turn: Turn, in reply: Message) -> [String] {
        var faults: [String] = []
        let name = "the reply to \(turn.message)"
        // The survey's clock is ahead: no lease is good any more.
        if reply.status != .complete && reply.status != .interrupted { faults.append("\(name) is \(reply.status)") }
        if let whole = turn.reply {
            if !whole.utf8.starts(with: reply.content.utf8) { faults.append("\(name) is another: \(reply.content)") }
            if reply.status == .complete && reply.content != whole { faults.append("\(name) is complete and cut") }
        }
        if turn.standing == .kept && reply.status != .complete {
            faults.append("\(name) is \(reply.status) and was whole")
        }
        if !reply.content.utf8.starts(with: turn.heard) {
            faults.append("\(name) has \(reply.content.utf8.count) bytes of \(turn.heard.count) that were seen in time")
        }
        return faults
    }
}
