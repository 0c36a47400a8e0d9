/// A body in chunks that never was in memory: one event after the other, made when it is sent.
package struct Flood: Sendable {
    /// The event with a number, 0, 1, 2 … .
    private let event: @Sendable (Int) -> String

    package init(_ event: @escaping @Sendable (Int) -> String) { self.event = event }

    /// What an AI Engine site streams, a word an event.
    package static let words = Flood { #"data: {"type":"live","data":"word\#($0) "}"# + "\n\n" }

    /// Sends events, a few a chunk, until they are at least so many bytes. The head is already sent, and the end of the
    /// body is for the next step to send.
    func send(bytes: Int, on connection: LoopbackConnection) throws(LoopbackConnection.End) {
        var left = bytes
        var number = 0
        while left > 0 {
            var chunk: [UInt8] = []
            while chunk.count < min(16_384, left) {
                chunk += event(number).utf8
                number += 1
            }
            try connection.write(HTTPResponse.chunk(chunk))
            left -= chunk.count
        }
    }
}
