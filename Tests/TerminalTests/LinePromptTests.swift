import Glibc
import Support
import Synchronization
import Testing

@testable import Terminal

struct LinePromptTests {
    typealias Reading = BlockingThread<LinePrompt.Outcome>

    let terminal: PseudoTerminal

    init() throws { terminal = try PseudoTerminal() }

    @Test func `a line is read, left on the screen, and the terminal is as before`() throws {
        let prompt = prompt()
        let reading = try read(prompt)
        #expect(terminal.isRaw)
        terminal.type("hallo\u{1B}[D\u{1B}[D\u{1B}[D\u{1B}[D\u{4}e\r")
        #expect(try reading.result() == .line("hello"))
        try terminal.wait(for: "\u{1B}[?2004l")
        #expect(!terminal.isRaw)
        #expect(terminal.screen.lines == ["> hello"])
        #expect([terminal.screen.row, terminal.screen.column] == [1, 0])
        #expect(prompt.history == ["hello"])
    }

    @Test func `what is typed ahead is the next lines`() throws {
        let prompt = prompt()
        let first = try read(prompt)
        terminal.type("one\rtwo\rthr")
        #expect(try first.result() == .line("one"))
        #expect(try read(prompt).result() == .line("two"))
        let third = try read(prompt)
        try terminal.wait(forScreen: ["> one", "> two", "> thr"])
        terminal.type("ee\r")
        #expect(try third.result() == .line("three"))
        #expect(prompt.history == ["one", "two", "three"])
    }

    @Test func `what is typed between two readings is not lost`() throws {
        let prompt = prompt()
        let first = try read(prompt)
        terminal.type("one\r")
        #expect(try first.result() == .line("one"))
        try terminal.wait(for: "\u{1B}[?2004l")
        terminal.type("two\rthr")
        try terminal.wait(for: "thr")  // echoed, because the terminal is not raw now
        #expect(try read(prompt).result() == .line("two"))
        let third = try read(prompt)
        terminal.type("ee\r")
        #expect(try third.result() == .line("three"))
    }

    @Test func `Ctrl-C clears the line, and then ends the reading`() throws {
        let reading = try read(prompt())
        terminal.type("abc")
        try terminal.wait(forScreen: ["> abc"])
        terminal.type("\u{3}")
        try terminal.wait(forScreen: [">"])
        terminal.type("\u{3}")
        #expect(try reading.result() == .interrupted)
        try terminal.wait(for: "\u{1B}[?2004l")
        #expect([terminal.screen.row, terminal.screen.column] == [1, 0])
    }

    @Test func `Ctrl-D ends the input`() throws {
        let reading = try read(prompt())
        terminal.type("\u{4}")
        #expect(try reading.result() == .endOfInput)
        #expect(!terminal.isRaw)
    }

    @Test func `a terminal that hangs up ends the input`() throws {
        let reading = try read(prompt())
        terminal.type("half a line")
        try terminal.wait(forScreen: ["> half a line"])
        terminal.hangUp()
        #expect(try reading.result() == .endOfInput)
    }

    @Test func `Ctrl-Z gives the terminal back, and takes it again`() throws {
        let stops = Stops(terminal.device)
        let reading = try read(prompt(suspend: { stops.stop() }))
        terminal.type("abc\u{1A}")
        try terminal.wait(for: "\u{1B}[?2004l")
        try terminal.wait(for: "\u{1B}[?2004h")
        try terminal.wait(forScreen: ["> abc", "> abc"])
        #expect(stops.modes.withLock { $0 } == [false])
        #expect(terminal.isRaw)
        terminal.type("d\r")
        #expect(try reading.result() == .line("abcd"))
    }

    @Test func `Ctrl-L clears the screen and draws again`() throws {
        let reading = try read(prompt())
        terminal.type("one\u{1B}\rtwo")
        try terminal.wait(forScreen: ["> one", "two"])
        terminal.type("\u{C}")
        try terminal.wait(for: "\u{1B}[2J")
        try terminal.wait(forScreen: ["> one", "two"])
        terminal.type("\r")
        #expect(try reading.result() == .line("one\ntwo"))
    }

    @Test func `a paste may have many lines, and more than the terminal takes at once`() throws {
        let lines = (1...2000).map { "line \($0)" }
        let reading = try read(prompt())
        let paste = "\u{1B}[200~" + lines.joined(separator: "\r") + "\u{1B}[201~"
        let text = lines.joined(separator: "\n")
        terminal.type(paste)
        try terminal.wait(for: "line 2000")
        terminal.type("\r")
        try terminal.wait(for: "line 1\r\r\nline 2\r\r\n")
        try terminal.wait(for: "\u{1B}[?2004l")
        #expect(try reading.result() == .line(text))
    }

    @Test func `the window's width counts when the line is drawn`() throws {
        terminal.resize(columns: 10, rows: 5)
        let reading = try read(prompt())
        terminal.type("12345678")
        try terminal.wait(for: "12345678\r\r\n")  // a full row is ended by hand
        terminal.resize(columns: 40, rows: 5)
        terminal.type("9")
        try terminal.wait(for: "> 123456789\r")
        terminal.type("\r")
        #expect(try reading.result() == .line("123456789"))
    }

    @Test func `another thread can give the terminal back`() throws {
        let prompt = prompt()
        let reading = try read(prompt)
        prompt.restoreTerminal()
        prompt.restoreTerminal()
        #expect(!terminal.isRaw)
        terminal.hangUp()
        #expect(try reading.result() == .endOfInput)
    }

    @Test(arguments: ["dumb", "", nil])
    func `on a dumb terminal lines are read as they are`(type: String?) throws {
        let prompt = prompt(type: type)
        let first = Reading { prompt.readLine(prompt: "> ", promptColumns: 2) }
        try terminal.wait(for: "> ")
        #expect(!terminal.isRaw)
        terminal.type("one\ntwo\n")
        #expect(try first.result() == .line("one"))
        #expect(prompt.readLine(prompt: "> ", promptColumns: 2) == .line("two"))
        terminal.type("\u{4}")
        #expect(prompt.readLine(prompt: "> ", promptColumns: 2) == .endOfInput)
    }

    @Test func `from a pipe lines are read to the last, though it has no end`() throws {
        var ends: [Int32] = [0, 0]
        #expect(unsafe pipe(&ends) == 0)
        defer { close(ends[0]) }
        let prompt = LinePrompt(input: ends[0], output: terminal.device, history: [], terminalType: "xterm")
        TerminalDevice.write("one\r\n\ntwo", to: ends[1])
        close(ends[1])
        let outcomes = (0..<4).map { _ in prompt.readLine(prompt: "", promptColumns: 0) }
        #expect(outcomes == [.line("one"), .line(""), .line("two"), .endOfInput])
    }

    private func prompt(
        type: String? = "xterm", suspend: @escaping @Sendable () -> Void = { Issue.record("nobody asked to stop") }
    ) -> LinePrompt {
        LinePrompt(
            input: terminal.device, output: terminal.device, history: [], terminalType: type, suspend: suspend)
    }

    /// Starts a reading, and waits until it listens.
    private func read(_ prompt: LinePrompt) throws -> Reading {
        let reading = Reading { prompt.readLine(prompt: "> ", promptColumns: 2) }
        try terminal.wait(for: "\u{1B}[?2004h> ")
        return reading
    }
}

/// Remembers whether the terminal was raw each time the program was to stop.
private final class Stops: Sendable {
    let modes = Mutex<[Bool]>([])
    private let device: Int32
    init(_ device: Int32) { self.device = device }

    func stop() {
        var found = termios()
        _ = unsafe tcgetattr(device, &found)
        modes.withLock { $0.append(found.c_lflag & tcflag_t(ICANON) == 0) }
    }
}
