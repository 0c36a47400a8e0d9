private import Synchronization

/// Many runs of the real program at once, over one database: each process has its own chat, and all of them share a few.
package struct ManyProcesses: Sendable {
    /// Where they run.
    package let parley: ParleyProgram
    private let processes: Int
    private let rounds: Int
    /// Chats that all talk in, waiting for their turn.
    private static let sharedChats = 2
    /// Every so many of a process's rounds is in a shared chat.
    private static let sharedEvery = 3

    package init(processes: Int, rounds: Int) throws {
        var parley = try ParleyProgram()
        parley.environment["PARLEY_ELIZA_PACE"] = "0"
        self.parley = parley
        self.processes = processes
        self.rounds = rounds
    }

    /// What came of it.
    package struct Report: Sendable {
        package var turns = 0
        /// How long the longest run took, from its start to its end.
        package var longest = Duration.zero
        /// What did not go as it should, in words.
        package var faults: [String] = []
    }

    /// Runs them all, and looks at what is kept.
    package func run() throws -> Report {
        let report = Mutex(Report())
        for chat in 1...Self.sharedChats {
            try say("shared \(chat) begins", in: ["chat", "--title", "shared \(chat)"])
        }
        let threads = (1...processes).map { process in
            JoinableThread {
                for round in 1...rounds {
                    let start = ContinuousClock.now
                    let fault: String?
                    do {
                        try say(text(process, round), in: command(process, round))
                        fault = nil
                    } catch {
                        fault = "\(error)"
                    }
                    let time = ContinuousClock.now - start
                    report.withLock { report in
                        report.turns += 1
                        report.longest = max(report.longest, time)
                        if let fault { report.faults.append(fault) }
                    }
                }
            }
        }
        for thread in threads { thread.join() }
        var result = report.withLock { $0 }
        result.faults += try faultsOfWhatIsKept()
        return result
    }

    private func isShared(_ round: Int) -> Bool { round % Self.sharedEvery == 0 }

    private func sharedChat(_ process: Int, _ round: Int) -> Int { (process + round) % Self.sharedChats + 1 }

    private func text(_ process: Int, _ round: Int) -> String { "turn \(round) of \(process)" }

    private func command(_ process: Int, _ round: Int) -> [String] {
        if isShared(round) { return ["resume", "--wait", "shared \(sharedChat(process, round))"] }
        return round == 1 ? ["chat", "--title", "own \(process)"] : ["resume", "own \(process)"]
    }

    private struct Fault: Error, CustomStringConvertible { var description: String }

    private func say(_ text: String, in command: [String]) throws {
        let outcome = try parley.run(arguments: (command + [text]).map { Array($0.utf8) })
        guard outcome.status == 0 else {
            throw Fault(description: "\(text): exit \(outcome.status), \(outcome.errorOutput)")
        }
    }

    // MARK: - What is kept

    /// Every turn, once, in its chat and in its order, with a whole reply and an attempt that succeeded.
    private func faultsOfWhatIsKept() throws -> [String] {
        var faults: [String] = []
        for process in 1...processes {
            let expected = (1...rounds).filter { !isShared($0) }.map { text(process, $0) }
            if try turns(in: "own \(process)") != expected {
                faults.append("chat \(process) is not what was said in it")
            }
        }
        for chat in 1...Self.sharedChats {
            let said = (1...processes).flatMap { process in
                (1...rounds).filter { isShared($0) && sharedChat(process, $0) == chat }.map { text(process, $0) }
            }
            let kept = try turns(in: "shared \(chat)")
            if kept.sorted() != (said + ["shared \(chat) begins"]).sorted() {
                faults.append("shared chat \(chat) is not what was said in it")
            }
        }
        let attempts =
            try JSONValue(
                parley.run("health", "history", "--limit", "1000000", "--json").output)["attempts"]?.elements ?? []
        if attempts.count != processes * rounds + Self.sharedChats
            || attempts.contains(where: { $0["outcome"]?.text != "ok" })
        {
            faults.append("\(attempts.count) attempts, and not every one a success")
        }
        let check = try parley.run("db", "check")
        if check.status != 0 { faults.append("db check: \(check.output)\(check.errorOutput)") }
        return faults
    }

    /// What the user said, in order; each followed by a whole reply.
    private func turns(in chat: String) throws -> [String] {
        let messages = try JSONValue(parley.run("show", chat, "--json").output)["messages"]?.elements ?? []
        var turns: [String] = []
        for (index, message) in messages.enumerated() {
            let isUser = index % 2 == 0
            guard message["role"]?.text == (isUser ? "user" : "assistant"), message["status"]?.text == "complete" else {
                throw Fault(description: "message \(index + 1) of \(chat) is not as it should be")
            }
            if isUser { turns.append(message["content"]?.text ?? "") }
        }
        return turns
    }
}
