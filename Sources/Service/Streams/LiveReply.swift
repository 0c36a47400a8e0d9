internal import Conversations
private import Synchronization

/// A reply that this process is taking in, for all who want to watch it: the text so far, and word of more.
///
/// Each watcher takes what there is when it comes for it, so that none holds back another, nor the reply.
final class LiveReply: Sendable {
    enum Look: Equatable, Sendable {
        /// What stands behind the text that the watcher has, and where that begins, in bytes of UTF-8.
        case text(String, offset: Int)
        /// Nothing more for a while.
        case silence
        /// The message as it is kept; nil where it could not be written down.
        case ended(Message?)
    }

    fileprivate struct State {
        var text = ""
        var hasEnded = false
        var message: Message?
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var next = 0
    }

    let id: MessageID
    private let state = Mutex(State())

    init(_ id: MessageID) {
        self.id = id
    }

    // MARK: - For whoever takes the reply in

    func add(_ piece: String) {
        let waiting = state.withLock { state in
            state.text += piece
            return state.takeWaiting()
        }
        for watcher in waiting { watcher.resume() }
    }

    func end(with message: Message?) {
        let waiting = state.withLock { state in
            state.hasEnded = true
            state.message = message
            // A provider may give some, or all, of the text with the end alone.
            if let whole = message?.content, whole.utf8.starts(with: state.text.utf8) { state.text = whole }
            return state.takeWaiting()
        }
        for watcher in waiting { watcher.resume() }
    }

    // MARK: - For the clock

    /// Lets those who wait look at the time.
    func wake() {
        for watcher in state.withLock({ $0.takeWaiting() }) { watcher.resume() }
    }

    // MARK: - For those who watch

    /// What there is behind so many bytes of the text. Where there is nothing yet, it is waited for.
    ///
    /// - Throws: `CancellationError`.
    func look(behind offset: Int) async throws(CancellationError) -> Look {
        if let look = state.withLock({ $0.look(behind: offset) }) { return look }
        await waitForMore(behind: offset)
        if Task.isCancelled { throw CancellationError() }
        return state.withLock { $0.look(behind: offset) } ?? .silence
    }

    private func waitForMore(behind offset: Int) async {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard state.look(behind: offset) == nil, !Task.isCancelled else { return true }
                    state.waiting[number] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: number) }?.resume()
        }
    }
}

extension LiveReply.State {
    /// nil where there is nothing yet.
    fileprivate func look(behind offset: Int) -> LiveReply.Look? {
        if let (piece, start) = text.part(behind: offset) { return .text(piece, offset: start) }
        return hasEnded ? .ended(message) : nil
    }

    fileprivate mutating func takeWaiting() -> [CheckedContinuation<Void, Never>] {
        defer { waiting = [:] }
        return Array(waiting.values)
    }
}

extension String {
    /// What stands behind so many bytes of UTF-8, from the beginning of the character in which that is, and where that begins;
    /// nil where nothing does.
    func part(behind offset: Int) -> (String, offset: Int)? {
        let bytes = utf8
        guard offset < bytes.count else { return nil }
        var start = bytes.index(bytes.startIndex, offsetBy: offset)
        // Bytes that begin with 10 go on with a character.
        while bytes[start] & 0xC0 == 0x80 { start = bytes.index(before: start) }
        return (String(self[start...]), bytes.distance(from: bytes.startIndex, to: start))
    }
}
