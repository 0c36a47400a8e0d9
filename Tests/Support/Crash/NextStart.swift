import Conversations

/// The program's own next starts after a crash: each must end well, and nothing be lost by them.
struct NextStart {
    private let program: ParleyProgram
    /// What was found, there or in a copy of what was left.
    private let survey: DatabaseSurvey
    private(set) var starts = 0
    private(set) var faults: [String] = []

    /// - Parameter program: Its pace is of no interest here.
    init(_ program: ParleyProgram, after survey: DatabaseSurvey) {
        var program = program
        program.environment["PARLEY_ELIZA_PACE"] = nil
        self.program = program
        self.survey = survey
    }

    /// `db check` finds nothing damaged, or that there is nothing yet.
    private mutating func check() throws {
        try expect("db", "check", status: survey.isThere ? 0 : Self.noSuchFile)
    }

    private static let noSuchFile: Int32 = 66

    /// What is done first: lists, or shows, or talks in a new chat, as the number says; then checks. It finds
    /// what the survey of a copy has found.
    mutating func openFirst(_ number: Int) throws {
        switch number % 3 {
        case 0:
            let output = try expect("list")
            for found in survey.chats where !output.contains(found.chat.title) {
                faults.append("'parley list' does not know \(found.chat.title)")
            }
            try check()
        case 1 where !survey.chats.isEmpty:
            for found in survey.chats {
                let output = try expect("show", found.chat.id.rawValue)
                for message in found.view where !message.content.isEmpty && !output.contains(message.content) {
                    faults.append("'parley show' does not have \(message.content)")
                }
            }
            try check()
        default:
            try expect("chat", "--provider", "eliza", "--title", Self.title, "Hello again")
            try expect("db", "check")
        }
    }

    /// What the chat is called that it begins.
    static let title = "Next start"

    /// Lists, shows, talks in a new chat at once, and goes on in each that was there.
    mutating func goOn() async throws {
        try expect("list")
        for found in survey.chats { try expect("show", found.chat.id.rawValue) }
        try expect("chat", "--provider", "eliza", "--title", Self.title, "Hello again")
        var later = program
        // A reply that was cut holds its chat for the 5 s of its lease.
        later.environment.merge(DiskRecorder(clockAhead: 60).environment(folder: program.home.path)) { $1 }
        for found in survey.chats {
            try expect("resume", found.chat.id.rawValue, "--provider", "eliza", "Hello again", from: later)
        }
        try expect("db", "check")
        let after = await DatabaseSurvey(of: program.database)
        faults += after.faults
        for before in survey.chats {
            let messages = after.chats.first { $0.chat.id == before.chat.id }?.messages ?? []
            if messages.prefix(before.messages.count).map(\.content) != before.messages.map(\.content) {
                faults.append("the chat \(before.chat.title) has changed by going on")
            }
            if messages.count != before.messages.count + 2 || messages.last?.status != .complete {
                faults.append("the chat \(before.chat.title) was not gone on with")
            }
        }
    }

    @discardableResult
    private mutating func expect(
        _ arguments: String..., from other: ParleyProgram? = nil, status: Int32 = 0
    ) throws -> String {
        starts += 1
        let outcome = try (other ?? program).run(arguments: arguments.map { Array($0.utf8) })
        if outcome.status != status {
            let words = arguments.joined(separator: " ")
            faults.append("'parley \(words)' ended with \(outcome.status): \(outcome.errorOutput) \(outcome.output)")
        }
        return outcome.output
    }
}

extension DatabaseSurvey.Found {
    /// The messages of the branch in view, from its end to its beginning.
    fileprivate var view: [Message] {
        var branch: [Message] = []
        var seq = chat.head
        while let message = messages.first(where: { $0.id.seq == seq }) {
            branch.append(message)
            seq = message.parent
        }
        return branch
    }
}
