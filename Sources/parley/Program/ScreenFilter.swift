import Synchronization
import Terminal

/// Makes bytes of UTF-8 that come in pieces, cut anywhere, safe to write to a terminal.
final class ScreenFilter: Sendable {
    private struct State {
        var filter = ControlCharacterFilter()
        /// The beginning of a character whose end is still to come.
        var held: [UInt8] = []
    }

    private let state = Mutex(State())

    /// What can be shown now.
    func visible(_ piece: Span<UInt8>) -> [UInt8] {
        let bytes = unsafe piece.withUnsafeBufferPointer { unsafe Array($0) }
        return state.withLock { state in
            state.held += bytes
            let end = Self.endOfWholeCharacters(state.held)
            let text = String(decoding: state.held[..<end], as: UTF8.self)
            state.held.removeFirst(end)
            return Array(state.filter.filter(text).utf8)
        }
    }

    /// What was held back.
    func finish() -> [UInt8] {
        state.withLock { Array($0.filter.finish().utf8) }
    }

    private static func endOfWholeCharacters(_ bytes: [UInt8]) -> Int {
        guard let lead = bytes.lastIndex(where: { $0 & 0xC0 != 0x80 }) else { return bytes.count }
        let length =
            switch bytes[lead] {
            case 0xF0...: 4
            case 0xE0...: 3
            case 0xC0...: 2
            default: 1
            }
        return lead + length > bytes.count ? lead : bytes.count
    }
}
