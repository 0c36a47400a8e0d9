import Terminal
import Testing

struct StyleTests {
    @Test(arguments: [
        (Style.Mode.auto, ["TERM": "xterm"], true, true),
        (.auto, ["TERM": "xterm"], false, false),
        (.auto, ["TERM": "xterm", "NO_COLOR": "1"], true, false),
        (.auto, ["TERM": "xterm", "NO_COLOR": ""], true, true),
        (.auto, ["TERM": "dumb"], true, false),
        (.auto, [:], true, false),
        (.always, ["TERM": "dumb", "NO_COLOR": "1"], false, true),
        (.never, ["TERM": "xterm"], true, false),
    ])
    func `colour is on where it is wanted`(
        mode: Style.Mode, environment: [String: String], isTerminal: Bool, isOn: Bool
    ) {
        #expect(Style(mode: mode, environment: environment, isTerminal: isTerminal).isOn == isOn)
    }

    @Test func `a styled text ends its own style only`() {
        let style = Style(mode: .always, environment: [:], isTerminal: false)
        #expect(style.bold("a") == "\u{1B}[1ma\u{1B}[22m")
        #expect(style.dim("a") == "\u{1B}[2ma\u{1B}[22m")
        #expect(style.colour("a", .red) == "\u{1B}[31ma\u{1B}[39m")
        #expect(style.colour("a", .white) == "\u{1B}[37ma\u{1B}[39m")
        #expect(style.bold("") == "")
    }

    @Test func `without colour a text is as it was`() {
        let style = Style(mode: .never, environment: [:], isTerminal: true)
        #expect([style.bold("a"), style.dim("a"), style.colour("a", .green)] == ["a", "a", "a"])
    }
}
