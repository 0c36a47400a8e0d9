/// Why bytes are no JSON. What they say is not in it: it may be somebody's words.
package struct JSONError: Error, Equatable, Sendable {
    package enum Reason: Sendable {
        case unexpectedByte
        case unexpectedEnd
        /// More than ``JSONReader/maximumDepth`` objects and arrays, one in the other.
        case tooDeep
    }

    package var reason: Reason
    /// How many bytes came before.
    package var offset: Int
}
