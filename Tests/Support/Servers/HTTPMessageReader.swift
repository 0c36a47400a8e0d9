/// Cuts the bytes of a connection into messages of HTTP/1.1: a head, and a body by length or in chunks. A value: bytes in,
/// messages out, however the bytes were cut.
package struct HTTPMessageReader: Sendable {
    package struct Message: Sendable, Equatable {
        package var head: HTTPHead
        /// Without the framing of chunks.
        package var body: [UInt8]
    }

    /// What a message without a length means: in a request that it has no body, in a response that it lasts to the end of
    /// the connection.
    package enum Side: Sendable { case requests, responses }

    private enum State {
        case head
        case body(Message, left: Int)
        case chunkSize(Message)
        case chunk(Message, left: Int)
        case chunkEnd(Message)
        case trailer(Message)
        case untilEnd(Message)
    }

    private let side: Side
    private var state = State.head
    private var buffer: [UInt8] = []
    private var position = 0  // of the first byte that has not been read

    package init(_ side: Side) { self.side = side }

    /// Nothing of a message has come that is not complete.
    package var isBetweenMessages: Bool {
        if case .head = state { position == buffer.count } else { false }
    }

    /// Bytes that have come and belong to no message yet.
    package var rest: [UInt8] { Array(buffer[position...]) }

    package mutating func receive(_ bytes: [UInt8]) {
        buffer.removeFirst(position)
        position = 0
        buffer += bytes
    }

    /// The connection has ended.
    ///
    /// - Returns: the response that this completes; nil where there is none.
    /// - Throws: where it cuts a message off.
    package mutating func finish() throws(HTTPHead.Malformed) -> Message? {
        if case .untilEnd(let message) = state {
            state = .head
            return message
        }
        guard isBetweenMessages else { throw HTTPHead.Malformed("the connection ended in the middle of a message") }
        return nil
    }

    /// The next message; nil while it has not all come.
    package mutating func next() throws(HTTPHead.Malformed) -> Message? {
        while true {
            switch state {
            case .head:
                guard let head = takeThrough("\r\n\r\n") else { return nil }
                try begin(Message(head: HTTPHead(head), body: []))
            case .body(let message, let left), .chunk(let message, let left):
                let isChunk = if case .chunk = state { true } else { false }
                guard let (message, left) = extended(message, left) else { return nil }
                if left > 0 {
                    state = isChunk ? .chunk(message, left: left) : .body(message, left: left)
                } else if isChunk {
                    state = .chunkEnd(message)
                } else {
                    return complete(message)
                }
            case .chunkSize(let message):
                guard let line = takeThrough("\r\n") else { return nil }
                // What follows a semicolon is an extension, which nobody has to know.
                let digits = String(decoding: line.prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self)
                guard let size = Int(digits, radix: 16), size >= 0 else {
                    throw HTTPHead.Malformed("a chunk's size: \(digits)")
                }
                state = size == 0 ? .trailer(message) : .chunk(message, left: size)
            case .chunkEnd(let message):
                guard let line = takeThrough("\r\n") else { return nil }
                guard line.isEmpty else { throw HTTPHead.Malformed("a chunk longer than its size") }
                state = .chunkSize(message)
            case .trailer(let message):
                guard let line = takeThrough("\r\n") else { return nil }
                if line.isEmpty { return complete(message) }
            case .untilEnd(var message):
                message.body += buffer[position...]
                position = buffer.count
                state = .untilEnd(message)
                return nil
            }
        }
    }

    private mutating func begin(_ message: Message) throws(HTTPHead.Malformed) {
        let codings = message.head.values(of: "Transfer-Encoding")
        let lengths = message.head.values(of: "Content-Length")
        if !codings.isEmpty {
            // Both together mean that somebody smuggles: RFC 9112, 6.3.
            guard codings == ["chunked"], lengths.isEmpty else { throw HTTPHead.Malformed("codings \(codings)") }
            state = .chunkSize(message)
        } else if let length = lengths.first {
            guard lengths.count == 1, let length = Int(length), length >= 0 else {
                throw HTTPHead.Malformed("lengths \(lengths)")
            }
            state = .body(message, left: length)
        } else {
            state = side == .requests ? .body(message, left: 0) : .untilEnd(message)
        }
    }

    private mutating func complete(_ message: Message) -> Message {
        state = .head
        return message
    }

    /// Moves bytes of the buffer into the body; nil where there are none.
    private mutating func extended(_ message: Message, _ left: Int) -> (Message, Int)? {
        let count = min(left, buffer.count - position)
        guard count > 0 || left == 0 else { return nil }
        var message = message
        message.body += buffer[position..<position + count]
        position += count
        return (message, left - count)
    }

    /// The bytes before the next such end, and past it; nil where it has not come.
    private mutating func takeThrough(_ end: String) -> [UInt8]? {
        let end = Array(end.utf8)
        guard buffer.count - position >= end.count else { return nil }
        for start in position...(buffer.count - end.count) where buffer[start..<start + end.count].elementsEqual(end) {
            defer { position = start + end.count }
            return Array(buffer[position..<start])
        }
        return nil
    }
}
