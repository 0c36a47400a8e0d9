import Glibc
import SQLite
import Support
import Testing

/// The real program in the middle of an exchange with a server on this machine, held there until the test lets it go on.
final class HeldExchange {
    /// How far it has come.
    enum Phase: String, CaseIterable, Sendable {
        /// The message is kept, and its request has not reached a server.
        case connecting
        /// The server has the request, and has not sent a byte.
        case waiting
        /// A part of the reply has come.
        case streaming
        /// All of the reply has come and is checkpointed; another program's lock keeps it from being closed.
        case finishing
    }

    static let message = "Hello, is anything lost?"
    static let pieces = ["Nothing ", "of it, — ", "日本 ", "and no 👋 either."]
    static let whole = pieces.joined()

    let phase: Phase
    let program: RemoteProgram
    let running: RunningProgram
    /// What of the reply has come by now.
    let said: String
    private let gate: Gate
    private let endpoint: StandInEndpoint
    private let deaf: DeafServer?
    private var lock: Connection?

    /// - Parameters:
    ///   - terminal: What it runs on; its prompt is then where the message is said.
    ///   - parley: Whose home and database it shares; nil for its own.
    ///   - command: What it runs, without the message. The provider is called `site`.
    init(
        _ phase: Phase, on terminal: PseudoTerminal? = nil, in parley: ParleyProgram? = nil,
        command: [String] = ["chat"]
    ) throws {
        self.phase = phase
        let gate = try Gate()
        self.gate = gate
        var settings = EndpointSettings()
        settings.model = { _ in Self.pieces }
        endpoint = try StandInEndpoint(settings)
        deaf = phase == .connecting ? try DeafServer.neverConnecting() : nil
        program = try RemoteProgram(talkingTo: deaf?.address ?? endpoint.address, in: parley)
        switch phase {
        case .connecting: said = ""
        case .waiting:
            endpoint.failNext(.answer(.steps([.wait(gate), .write(Self.response), .close])))
            said = ""
        case .streaming:
            // The first event has no text.
            endpoint.hold(beforeEvent: 3, at: gate)
            said = Self.pieces.prefix(2).joined()
        case .finishing:
            endpoint.hold(beforeEvent: Self.pieces.count + 1, at: gate)
            said = Self.whole
        }
        if let terminal {
            running = try program.parley.start("chat", on: terminal)
            try terminal.wait(for: "you › ")
            terminal.type(Self.message + "\r")
        } else {
            running = try program.parley.start(command + [Self.message])
        }
        try waitToReach(phase)
    }

    private func waitToReach(_ phase: Phase) throws {
        if phase != .connecting { try endpoint.server.waitForRequests(1) }
        try waitUntilKept(said)
        guard phase == .finishing else { return }
        lock = try Connection(path: program.parley.database, access: .readWrite)
        // The program may be renewing its lease just now.
        lock?.setBusyTimeout(milliseconds: 5000)
        try lock?.execute("BEGIN IMMEDIATE")
        gate.open()
    }

    /// Waits until another program sees that so much of the reply is kept.
    func waitUntilKept(_ text: String) throws {
        try program.parley.wait(until: "\(text.debugDescription) is kept") {
            let reply = try program.parley.lastMessages().last
            return reply?["role"] == .string("assistant") && reply?["content"]?.text ?? "" == text
        }
    }

    /// Lets the server go on, and takes the lock away.
    func release() throws {
        gate.open()
        try lock?.execute("COMMIT")
        lock = nil
    }

    /// What the server says in one piece where it said nothing for a while.
    private static var response: [UInt8] {
        let chunks = pieces.map { #"{"choices":[{"index":0,"delta":{"content":"\#($0)"}}]}"# } + ["[DONE]"]
        return HTTPResponse.head(200, [("Content-Type", "text/event-stream")])
            + chunks.flatMap { Array("data: \($0)\n\n".utf8) }
    }
}

extension RemoteProgram {
    /// One provider, of OpenAI's kind, at this address.
    init(talkingTo address: String, in parley: ParleyProgram? = nil) throws {
        try self.init(site: address, "kind: openai, model: stand-in", in: parley)
        self.parley.environment["NO_COLOR"] = "1"
    }
}

extension ParleyProgram {
    func lastChat() throws -> JSONValue {
        try JSONValue(run("show", "last", "--json").output)
    }

    /// None where there is no chat yet.
    func lastMessages() throws -> [JSONValue] {
        try lastChat()["messages"]?.elements ?? []
    }

    /// Every attempt to have a reply, the newest first.
    func chatAttempts() throws -> [JSONValue] {
        try JSONValue(run("health", "history", "--kind", "chat", "--limit", "100000", "--json").output)["attempts"]?
            .elements ?? []
    }

    /// Looks again and again, from outside.
    ///
    /// - Throws: where something that takes milliseconds has not come about in a minute.
    func wait(until what: String, _ isSo: () throws -> Bool) throws {
        let end = ContinuousClock.now + RunningProgram.patience
        repeat {
            if try isSo() { return }
            sched_yield()
        } while ContinuousClock.now < end
        throw NeverCame(description: "it never came about that \(what)")
    }
}

struct NeverCame: Error, CustomStringConvertible {
    let description: String
}
