/// More bytes than are taken: the one thing that a stream's reader cannot read on from.
package struct LimitExceeded: Error, Equatable, Sendable {
    package enum Part: Sendable {
        /// A line of the stream, or the data of one event.
        case line
        /// A body that is no stream.
        case body
        /// The text of the reply.
        case reply
    }

    package var part: Part
    /// The most bytes that are taken.
    package var limit: Int
}
