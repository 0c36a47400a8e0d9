/// A reply as it grows, and which of it is not on disk yet. A value without a clock: whoever holds it says what time
/// it is.
package struct ReplyJournal: Sendable {
    /// Text waits no longer than this for its checkpoint to begin, which leaves 50 of the promised 250 ms for the disk.
    package static let checkpointInterval = Duration.milliseconds(200)
    /// Nor does more than this wait, in bytes of UTF-8.
    package static let checkpointBytes = 4096
    /// A lease is renewed this long after it was last.
    package static let renewalInterval = Duration.seconds(1)
    /// How long a lease is good.
    package static let leaseLength = Duration.seconds(5)

    /// When what waits has to be written.
    package enum Urgency: Equatable, Sendable {
        case now
        /// After the checkpoint interval: the text is the first that waits.
        case soon
        /// When what waits already is.
        case pending
    }

    /// When the text that waits has to be written; nil where none waits.
    package var textIsDueAt: Duration? { waitingSince.map { max($0 + Self.checkpointInterval, retryAt) } }

    /// All that has come.
    package private(set) var text = ""
    private var waiting = ""
    private var waitingSince: Duration?
    private var lastWrite: Duration
    private var written = 0
    /// After a write that failed the next waits until then, so that a full disk is not asked with every piece.
    private var retryAt = Duration.zero

    package init(at start: Duration) {
        lastWrite = start
    }

    /// Takes more text, and says when it has to be written.
    package mutating func receive(_ piece: String, at time: Duration) -> Urgency {
        text += piece
        waiting += piece
        if waiting.utf8.count >= Self.checkpointBytes && time >= retryAt { return .now }
        guard waitingSince == nil else { return .pending }
        waitingSince = time
        return .soon
    }

    /// What has to be written now: the text that waits and its number (1, 2, 3 …), or an empty text where only the
    /// lease is due. Nil where nothing is. Taken text counts as written, unless it is put back.
    package mutating func takeDue(at time: Duration) -> (piece: String, number: Int)? {
        guard time >= retryAt else { return nil }
        let textIsDue =
            waiting.utf8.count >= Self.checkpointBytes || textIsDueAt.map { time >= $0 } ?? false
        guard textIsDue || time - lastWrite >= Self.renewalInterval else { return nil }
        lastWrite = time
        guard !waiting.isEmpty else { return ("", written) }
        defer {
            waiting = ""
            waitingSince = nil
        }
        written += 1
        return (waiting, written)
    }

    /// Takes back a piece that could not be written: it waits again, before all that has come since, until it is time
    /// for the next renewal.
    package mutating func putBack(_ piece: String, at time: Duration) {
        retryAt = time + Self.renewalInterval
        guard !piece.isEmpty else { return }
        waiting = piece + waiting
        waitingSince = time - Self.checkpointInterval
        written -= 1
    }
}
