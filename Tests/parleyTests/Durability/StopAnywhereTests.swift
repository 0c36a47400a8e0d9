import Glibc
import Support
import Testing

/// Whenever the program is stopped, and by whatever: the message and all that had come are kept, and the exit tells why.
@Outside
struct StopAnywhereTests {
    typealias Phase = HeldExchange.Phase

    /// What is kept, as another program finds it.
    private func expectKept(
        _ held: HeldExchange, statuses: Set<String>, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let messages = try held.program.parley.lastMessages()
        #expect(messages.count == 2, sourceLocation: sourceLocation)
        #expect(messages.first?["content"] == .string(HeldExchange.message), sourceLocation: sourceLocation)
        #expect(messages.first?["status"] == .string("complete"), sourceLocation: sourceLocation)
        #expect(messages.last?["content"]?.text ?? "" == held.said, sourceLocation: sourceLocation)
        #expect(statuses.contains(messages.last?["status"]?.text ?? ""), sourceLocation: sourceLocation)
        #expect(try held.program.parley.run("db", "check").status == 0, sourceLocation: sourceLocation)
    }

    // MARK: - Asked to end

    @Test(arguments: Phase.allCases, [SIGINT, SIGTERM, SIGHUP])
    func `asked to end, it closes the reply and its attempt, and says where they are`(
        phase: Phase, signal: Int32
    ) throws {
        let held = try HeldExchange(phase)
        held.running.signal(signal)
        if phase == .finishing { try held.release() }
        let outcome = try held.running.finish()

        let attempts = try held.program.parley.chatAttempts()
        if try held.program.parley.lastMessages().last?["status"] == .string("complete") {
            // It had all of the reply, and was told when that was kept: what is asked for then is done already.
            #expect(phase == .finishing && [0, 128 + signal].contains(outcome.status))
            try expectKept(held, statuses: ["complete"])
            #expect(attempts.map { $0["outcome"]?.text } == ["ok"])
            return #expect(outcome.errorOutput == "")
        }
        #expect(outcome.status == 128 + signal)
        try expectKept(held, statuses: ["interrupted"])
        #expect(try held.program.parley.lastMessages().last?["error"]?["code"] == .string("stopped"))
        #expect(attempts.map { $0["outcome"]?.text } == ["cancelled"])
        #expect(outcome.output == (held.said.isEmpty ? "" : held.said + "\n"))
        let id = try held.program.parley.lastChat()["id"]?.text?.suffix(8) ?? ""
        let what = held.said.isEmpty ? "the message" : "what had come"
        #expect(outcome.errorOutput == "parley: stopped; \(what) is kept: parley resume \(id)\n")
    }

    @Test func `asked twice, it ends at once, and what was checkpointed is kept`() throws {
        let held = try HeldExchange(.finishing)
        // The lock is held on: the reply cannot be closed, and a second signal does not wait for it.
        held.running.signal(SIGTERM)
        held.running.signal(SIGINT)
        #expect([128 + SIGTERM, 128 + SIGINT].contains(try held.running.finish().status))
        try held.release()
        try expectKept(held, statuses: ["streaming", "interrupted"])
    }

    @Test(arguments: [SIGTERM, SIGHUP, SIGQUIT, SIGKILL])
    func `at the prompt likewise, and the terminal is as it was`(signal: Int32) throws {
        let terminal = try PseudoTerminal(columns: 80, rows: 10)
        let modes = terminal.modes
        let held = try HeldExchange(.streaming, on: terminal)
        try terminal.wait(for: held.said)
        held.running.signal(signal)
        #expect(try held.running.wait() == 128 + signal)
        let isAsked = signal == SIGTERM || signal == SIGHUP
        try expectKept(held, statuses: isAsked ? ["interrupted"] : ["streaming", "interrupted"])
        let outcomes = try held.program.parley.chatAttempts().map { $0["outcome"]?.text }
        #expect(outcomes == [isAsked ? "cancelled" : "pending"])
        guard signal != SIGKILL else { return }
        #expect(terminal.modes.c_lflag == modes.c_lflag && terminal.modes.c_iflag == modes.c_iflag)
    }

    // MARK: - A reader that leaves

    @Test(arguments: [Phase.waiting, .streaming, .finishing])
    func `a reader that has left ends the reply with its next piece, quietly`(phase: Phase) throws {
        let held = try HeldExchange(phase)
        held.running.closeOutput()
        try held.release()
        let outcome = try held.running.finish()
        #expect(outcome.status == 0 && outcome.errorOutput == "")
        let messages = try held.program.parley.lastMessages()
        let attempts = try held.program.parley.chatAttempts().map { $0["outcome"]?.text }
        #expect(messages.first?["content"] == .string(HeldExchange.message))
        let kept = try #require(messages.last?["content"]?.text)
        if phase == .finishing {
            // It has read everything but the last line end.
            #expect(kept == HeldExchange.whole && messages.last?["status"] == .string("complete") && attempts == ["ok"])
        } else {
            #expect(kept.hasPrefix(held.said) && HeldExchange.whole.hasPrefix(kept) && kept.count > held.said.count)
            #expect(messages.last?["error"]?["code"] == .string("reader_left") && attempts == ["cancelled"])
        }
    }

    @Test func `in a pipe to a program that wants one character`() throws {
        let gate = try Gate()
        var settings = EndpointSettings()
        settings.model = { _ in HeldExchange.pieces }
        let endpoint = try StandInEndpoint(settings)
        endpoint.hold(beforeEvent: 3, at: gate)
        let parley = try RemoteProgram(talkingTo: endpoint.address).parley
        let running = try RunningProgram(
            command: "sh", "-c",
            """
            export HOME='\(parley.home.path)'
            { '\(ParleyProgram.path)' chat Hello; echo $? >&2; } | { head -c 1; exec 0<&-; echo enough >&2; }
            """)
        try running.waitForErrorOutput("enough")
        gate.open()
        let outcome = try running.finish()
        #expect(outcome.output == "N" && outcome.errorOutput == "enough\n0\n")
        #expect(try parley.lastMessages().last?["error"]?["code"] == .string("reader_left"))
    }

    @Test func `the signal of a broken pipe is no reason to stop`() throws {
        let held = try HeldExchange(.streaming)
        held.running.signal(SIGPIPE)
        try held.release()
        let outcome = try held.running.finish()
        #expect(outcome.status == 0 && outcome.output == HeldExchange.whole + "\n")
        #expect(try held.program.parley.lastMessages().last?["status"] == .string("complete"))
    }

    // MARK: - Killed

    @Test func `killed anywhere, the message and what was checkpointed are kept, and the next writer goes on`() throws {
        let signals = [SIGKILL, SIGQUIT]
        let killed = try Phase.allCases.flatMap { phase in
            try signals.map { signal in
                let held = try HeldExchange(phase)
                held.running.signal(signal)
                #expect(try held.running.finish().status == 128 + signal)
                try held.release()
                try expectKept(held, statuses: ["streaming", "interrupted"])
                #expect(try held.program.parley.chatAttempts().map { $0["outcome"]?.text } == ["pending"])
                return held
            }
        }
        // As long as the lease lasts the reply's writer may still be there; by this clock it has run out.
        let later = DiskRecorder(clockAhead: 30)
        try #require(DiskRecorder.path != nil)
        for held in killed {
            var next = held.program.parley
            next.environment.merge(later.environment(folder: next.home.path)) { $1 }
            let outcome = try next.run("resume", "last", "And now?", "--provider", "eliza")
            #expect(outcome.status == 0, "\(outcome.errorOutput)")
            let messages = try held.program.parley.lastMessages()
            #expect(messages.map { $0["status"]?.text } == ["complete", "interrupted", "complete", "complete"])
            #expect(messages[1]["content"]?.text ?? "" == held.said)
            #expect(messages[1]["error"]?["code"] == .string("aborted"))
            #expect(messages[2]["content"] == .string("And now?"))
            #expect(try held.program.parley.chatAttempts().map { $0["outcome"]?.text } == ["ok", "aborted"])
            #expect(try held.program.parley.run("db", "check").status == 0)
        }
    }
}
