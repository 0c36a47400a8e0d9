// The tables of escape sequences that are keys, in the dialects of xterm, rxvt and the Linux console. A key held with
// Ctrl or Alt has a modifier as its last parameter: 1, plus 1 for Shift, 2 for Alt, 4 for Ctrl.

extension Key {
    /// The key of `ESC [ parameters final`.
    init(sequence parameters: String, final: Unicode.Scalar) {
        self =
            switch (final, parameters) {
            case ("~", _): Key(number: parameters)
            case ("u", "13;2"), ("u", "13;3"): .altEnter  // Shift or Alt with Enter, where the terminal tells
            default: Key(letter: final, byWord: Self.isByWord(parameters))
            }
    }

    /// The key of `ESC O parameters final`.
    init(singleShift parameters: String, final: Unicode.Scalar) {
        self =
            switch final {
            case "M": .enter  // of the number pad
            case "c": .wordRight
            case "d": .wordLeft
            default: Key(letter: final, byWord: Self.isByWord(parameters))
            }
    }

    private init(letter: Unicode.Scalar, byWord: Bool) {
        self =
            switch letter {
            case "A": .up
            case "B": .down
            case "C": byWord ? .wordRight : .right
            case "D": byWord ? .wordLeft : .left
            case "H": .home
            case "F": .end
            default: .unknown
            }
    }

    private init(number parameters: String) {
        self =
            switch parameters {
            case "1", "7": .home
            case "4", "8": .end
            case "3": .delete
            case "3;3", "3;5": .wordDelete
            case "27;2;13", "27;3;13": .altEnter
            default: .unknown
            }
    }

    private static func isByWord(_ parameters: String) -> Bool {
        guard let last = parameters.split(separator: ";").last, let modifier = Int(last), modifier > 1 else {
            return false
        }
        return (modifier - 1) & 0b110 != 0
    }
}
