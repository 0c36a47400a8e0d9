/// A line being written: bytes as they come from a raw terminal in, what to do about them out.
///
/// Bytes may be cut anywhere. What follows a submitted line is the beginning of the next one.
package struct LineEditor {
    package enum Action: Equatable, Sendable {
        case redraw  // the text or the cursor changed
        case submit(String)
        case cleared  // Ctrl-C threw away what was written; Ctrl-Y brings it back
        case interrupt  // Ctrl-C with nothing written
        case endOfInput  // Ctrl-D with nothing written
        case clearScreen
        case suspend
        case bell  // the key does nothing here
    }

    private var buffer = EditBuffer()
    private var lines: LineHistory
    private var keys = KeyDecoder()
    private var killed = ""
    private var isKilling = false  // kills in a row are one text

    package init(history: [String] = []) {
        lines = LineHistory(history)
    }

    package var text: String { buffer.text }

    /// How many graphemes are before the cursor.
    package var cursor: Int { text.distance(from: text.startIndex, to: buffer.cursor) }

    /// Oldest first; a submitted line is added unless it is blank or the same as the last.
    package var history: [String] { lines.lines }

    /// Where the cursor is in `text`.
    var cursorIndex: String.Index { buffer.cursor }

    /// - Returns: what to do, in order; several redraws in a row are one.
    package mutating func receive(_ bytes: some Sequence<UInt8>) -> [Action] {
        var actions: [Action] = []
        for byte in bytes {
            for key in keys.receive(byte) {
                guard let action = press(key) else { continue }
                if action != .redraw || actions.last != .redraw { actions.append(action) }
            }
        }
        return actions
    }

    private mutating func press(_ key: Key) -> Action? {
        let wasKilling = isKilling
        isKilling = false
        switch key {
        case .unknown: return nil
        case .character(let scalar): return insert(String(scalar))
        case .paste(let pasted): return insert(pasted)
        case .enter: return enter()
        case .altEnter: return insert("\n")
        case .tab: return .bell
        case .left: return move(to: buffer.before)
        case .right: return move(to: buffer.after)
        case .wordLeft: return move(to: buffer.wordStart)
        case .wordRight: return move(to: buffer.wordEnd)
        case .home: return move(to: text.startIndex)
        case .end: return move(to: text.endIndex)
        case .up: return recall(lines.previous(leaving: text))
        case .down: return recall(lines.next(leaving: text))
        case .backspace: return redraw(if: buffer.remove(to: buffer.before) != nil)
        case .delete: return redraw(if: buffer.remove(to: buffer.after) != nil)
        case .altBackspace: return kill(to: buffer.wordStart, adding: wasKilling)
        case .wordDelete: return kill(to: buffer.wordEnd, adding: wasKilling)
        case .control(let letter): return pressControl(letter, wasKilling)
        case .alt(let letter): return pressAlt(letter, wasKilling)
        }
    }

    private mutating func pressControl(_ letter: Unicode.Scalar, _ wasKilling: Bool) -> Action? {
        switch letter {
        case "a": return press(.home)
        case "b": return press(.left)
        case "c": return text.isEmpty ? .interrupt : clear()
        case "d": return text.isEmpty ? .endOfInput : press(.delete)
        case "e": return press(.end)
        case "f": return press(.right)
        case "k": return kill(to: text.endIndex, adding: wasKilling)
        case "l": return .clearScreen
        case "n": return press(.down)
        case "p": return press(.up)
        case "t": return redraw(if: buffer.transpose())
        case "u": return kill(to: text.startIndex, adding: wasKilling)
        case "w": return kill(to: buffer.blankWordStart, adding: wasKilling)
        case "y": return killed.isEmpty ? .bell : insert(killed)
        case "z": return .suspend
        default: return nil
        }
    }

    private mutating func pressAlt(_ letter: Unicode.Scalar, _ wasKilling: Bool) -> Action? {
        switch letter {
        case "b", "B": return move(to: buffer.wordStart)
        case "f", "F": return move(to: buffer.wordEnd)
        case "d", "D": return kill(to: buffer.wordEnd, adding: wasKilling)
        default: return nil
        }
    }
}

// What the keys do.
extension LineEditor {
    private func redraw(if changed: Bool) -> Action { changed ? .redraw : .bell }

    private mutating func insert(_ added: String) -> Action {
        buffer.insert(added)
        return .redraw
    }

    private mutating func move(to index: String.Index) -> Action { redraw(if: buffer.move(to: index)) }

    private mutating func recall(_ line: String?) -> Action {
        guard let line else { return .bell }
        buffer = EditBuffer(line)
        return .redraw
    }

    private mutating func kill(to index: String.Index, adding: Bool) -> Action {
        let isBackward = index < buffer.cursor
        isKilling = adding
        guard let removed = buffer.remove(to: index) else { return .bell }
        isKilling = true
        killed = !adding ? removed : isBackward ? removed + killed : killed + removed
        return .redraw
    }

    /// Submits the line, or goes on in a new one where it ends in a backslash.
    private mutating func enter() -> Action {
        if text.last == "\\" {
            buffer = EditBuffer(text.dropLast() + "\n")
            return .redraw
        }
        let line = text
        lines.add(line)
        buffer = EditBuffer()
        return .submit(line)
    }

    private mutating func clear() -> Action {
        killed = text
        lines.endWalk()
        buffer = EditBuffer()
        return .cleared
    }
}
