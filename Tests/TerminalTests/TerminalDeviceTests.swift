import Glibc
import Support
import Testing

@testable import Terminal

struct TerminalDeviceTests {
    let terminal: PseudoTerminal

    init() throws { terminal = try PseudoTerminal(columns: 33, rows: 7) }

    @Test func `a pseudo-terminal is a terminal, and nothing is none`() throws {
        #expect(TerminalDevice.isTerminal(terminal.device))
        #expect(!TerminalDevice.isTerminal(-1))
    }

    @Test func `the size is the window's, or the usual one`() throws {
        #expect(TerminalDevice.size(of: terminal.device) == .init(columns: 33, rows: 7))
        terminal.resize(columns: 0, rows: 0)
        #expect(TerminalDevice.size(of: terminal.device) == .usual)
        #expect(TerminalDevice.size(of: -1) == .usual)
    }

    @Test func `raw mode is entered and left, twice without harm`() throws {
        let before = terminal.modes
        let mode = TerminalMode(.keys, input: terminal.device, output: terminal.device)
        #expect(mode.enter() && mode.enter())
        #expect(terminal.isRaw)
        #expect(terminal.modes.c_oflag == before.c_oflag)
        mode.restore()
        mode.restore()
        #expect(!terminal.isRaw)
        #expect(terminal.modes.c_lflag == before.c_lflag && terminal.modes.c_iflag == before.c_iflag)
        try terminal.wait(for: "\u{1B}[?2004h\u{1B}[?2004l")
    }

    @Test func `raw mode forgotten is left all the same`() throws {
        do {
            let mode = TerminalMode(.keys, input: terminal.device, output: terminal.device)
            #expect(mode.enter())
        }
        #expect(!terminal.isRaw)
    }

    @Test func `what is no terminal cannot be raw`() {
        #expect(!TerminalMode(.keys, input: -1, output: -1).enter())
    }

    @Test func `a long text is written whole`() throws {
        let device = terminal.device
        let text = String(repeating: "0123456789", count: 20_000)
        let writer = BlockingThread { TerminalDevice.write(text + "end", to: device) }
        try terminal.wait(for: "end")
        #expect(try writer.result())
        #expect(!TerminalDevice.write("x", to: -1))
    }
}
