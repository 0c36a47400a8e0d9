/// Text in bold, dim or colour, or as it is where colour is not wanted.
///
/// Each style is ended by its own code, so that a styled text can stand in another. The text must be safe already.
package struct Style: Sendable, Equatable {
    package enum Mode: String, Sendable, CaseIterable {
        case auto
        case always
        case never
    }

    /// The eight colours that every terminal has, as SGR numbers for the foreground.
    package enum Colour: Int, Sendable, CaseIterable {
        case black = 30
        case red, green, yellow, blue, magenta, cyan, white
    }

    package let isOn: Bool

    /// Decides once whether there is colour.
    ///
    /// - Parameters:
    ///   - mode: what the user asked for; `auto` means on a terminal that is not dumb, unless `NO_COLOR` is set to
    ///     something. <https://no-color.org>
    ///   - environment: of which `NO_COLOR` and `TERM` are read.
    ///   - isTerminal: of the descriptor that is written to.
    package init(mode: Mode, environment: [String: String], isTerminal: Bool) {
        isOn =
            switch mode {
            case .always: true
            case .never: false
            case .auto: isTerminal && Self.allowsColour(environment)
            }
    }

    private static func allowsColour(_ environment: [String: String]) -> Bool {
        guard environment["NO_COLOR", default: ""].isEmpty else { return false }
        return !TerminalType.isDumb(environment["TERM"])
    }

    package func bold(_ text: String) -> String { styled(text, from: 1, to: 22) }
    package func dim(_ text: String) -> String { styled(text, from: 2, to: 22) }
    package func colour(_ text: String, _ colour: Colour) -> String { styled(text, from: colour.rawValue, to: 39) }

    private func styled(_ text: String, from start: Int, to end: Int) -> String {
        isOn && !text.isEmpty ? "\u{1B}[\(start)m\(text)\u{1B}[\(end)m" : text
    }
}
