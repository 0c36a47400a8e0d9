/// One event of a stream, as it was sent.
package struct EventStreamEvent: Equatable, Sendable {
    /// What the server called it; `message` where it did not.
    package var name: String
    /// The bytes of its data lines, joined by line feeds; never empty, and UTF-8 only if the server kept to it.
    package var data: ArraySlice<UInt8>
}
