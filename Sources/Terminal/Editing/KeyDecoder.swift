/// Bytes of a raw terminal in, keys out, however the bytes are cut.
///
/// No clock is read: an Escape waits for the byte behind it. A control that comes in the middle of an escape sequence
/// ends the sequence and is obeyed, so that Ctrl-C always gets through.
struct KeyDecoder {
    private enum State {
        case ground
        case character(alt: Bool)  // in the middle of a UTF-8 character
        case escape
        case sequence  // behind ESC [
        case consoleKey  // behind ESC [ [, how the Linux console says F1 to F5
        case singleShift  // behind ESC O
        case stringOrAlt(Unicode.Scalar)  // behind ESC ] or ESC P: a terminal's report, or the key with Alt
        case string  // in such a report, up to ST, BEL or any control
        case paste
    }

    private var state = State.ground
    private var scalars = ScalarDecoder()
    private var collected: [UInt8] = []  // the parameters of a sequence, or a paste

    /// The keys that this byte completes: none, one, or two where it also cuts a character short.
    mutating func receive(_ byte: UInt8) -> [Key] {
        switch state {
        case .paste: return receivePasted(byte)
        case .character(let alt): return receive(byte, inCharacter: alt)
        case .ground, .escape, .sequence, .consoleKey, .singleShift, .stringOrAlt, .string: break
        }
        if byte == 0x1B {
            state = .escape
            return []
        }
        if byte < 0x20 || byte == 0x7F { return [receiveControl(byte)] }
        switch state {
        case .escape: return receiveBehindEscape(byte)
        case .sequence: return receiveInSequence(byte)
        case .singleShift: return receiveBehindSingleShift(byte)
        case .consoleKey: return finish(.unknown)
        case .stringOrAlt(let letter): return receive(byte, behind: letter)
        case .string: return []
        case .ground, .character, .paste: return receive(byte, inCharacter: false)
        }
    }

    private mutating func finish(_ key: Key) -> [Key] {
        state = .ground
        return [key]
    }
}

// Characters and controls.
extension KeyDecoder {
    private mutating func receive(_ byte: UInt8, inCharacter alt: Bool) -> [Key] {
        switch scalars.receive(byte) {
        case .more:
            state = .character(alt: alt)
            return []
        case .scalar(let scalar):
            // C1 controls are no text either
            return finish(alt || scalar.properties.generalCategory == .control ? .unknown : .character(scalar))
        case .cutShort:
            return finish(alt ? .unknown : .character("\u{FFFD}")) + receive(byte)
        }
    }

    private mutating func receiveControl(_ byte: UInt8) -> Key {
        defer { state = .ground }
        switch (state, Key(control: byte)) {
        case (.escape, .enter): return .altEnter
        case (.escape, .backspace): return .altBackspace
        case (.string, _) where byte == 0x07: return .unknown  // BEL ends the report
        case (_, let key): return key
        }
    }
}

// Escape sequences. <https://invisible-island.net/xterm/ctlseqs/ctlseqs.html>
extension KeyDecoder {
    private mutating func receiveBehindEscape(_ byte: UInt8) -> [Key] {
        switch Unicode.Scalar(byte) {
        case "[":
            collected = []
            state = .sequence
        case "O":
            collected = []
            state = .singleShift
        case "]", "P": state = .stringOrAlt(Unicode.Scalar(byte))
        case "\u{80}"...: return receive(byte, inCharacter: true)
        case let letter: return finish(.alt(letter))
        }
        return []
    }

    /// Parameters and intermediates are 0x20 to 0x3F, the final byte 0x40 to 0x7E (ECMA-48, 5.4).
    private mutating func receiveInSequence(_ byte: UInt8) -> [Key] {
        switch byte {
        case UInt8(ascii: "[") where collected.isEmpty:
            state = .consoleKey
            return []
        case 0x20...0x3F:
            collect(byte)
            return []
        case 0x40...0x7E:
            return finishSequence(byte)
        default:
            return receive(byte, inCharacter: false)
        }
    }

    private mutating func finishSequence(_ final: UInt8) -> [Key] {
        let parameters = String(decoding: collected, as: UTF8.self)
        collected = []
        if parameters == "200", final == UInt8(ascii: "~") {
            state = .paste
            return []
        }
        return finish(Key(sequence: parameters, final: Unicode.Scalar(final)))
    }

    private mutating func receiveBehindSingleShift(_ byte: UInt8) -> [Key] {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ";"):
            collect(byte)
            return []
        case 0x20...0x7E:
            return finish(Key(singleShift: String(decoding: collected, as: UTF8.self), final: Unicode.Scalar(byte)))
        default:
            return receive(byte, inCharacter: false)
        }
    }

    /// No key has parameters this long; what is longer is still swallowed, but not kept.
    private mutating func collect(_ byte: UInt8) {
        if collected.count < 32 { collected.append(byte) }
    }

    /// Reports begin with a number or a mark, and who presses Alt-P rarely goes on with one.
    private mutating func receive(_ byte: UInt8, behind letter: Unicode.Scalar) -> [Key] {
        switch Unicode.Scalar(byte) {
        case "0"..."9", ">", "!", "$":
            state = .string
            return []
        default:
            return finish(.alt(letter)) + receive(byte)
        }
    }
}

// Bracketed paste.
extension KeyDecoder {
    private static let pasteEnd = Array("\u{1B}[201~".utf8)

    private mutating func receivePasted(_ byte: UInt8) -> [Key] {
        collected.append(byte)
        guard byte == Self.pasteEnd.last, collected.suffix(Self.pasteEnd.count).elementsEqual(Self.pasteEnd) else {
            return []
        }
        let pasted = String(decoding: collected.dropLast(Self.pasteEnd.count), as: UTF8.self)
        collected = []
        return finish(.paste(Self.cleaned(pasted)))
    }

    /// The text with LF for every line's end, and without controls other than tabs.
    private static func cleaned(_ pasted: String) -> String {
        var cleaned = String.UnicodeScalarView()
        var afterReturn = false
        for scalar in pasted.unicodeScalars {
            switch scalar {
            case "\r": cleaned.append("\n")
            case "\n": if !afterReturn { cleaned.append("\n") }
            case "\t": cleaned.append(scalar)
            default: if scalar.properties.generalCategory != .control { cleaned.append(scalar) }
            }
            afterReturn = scalar == "\r"
        }
        return String(cleaned)
    }
}
