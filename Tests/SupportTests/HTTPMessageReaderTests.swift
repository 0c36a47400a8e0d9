import Support
import Testing

struct HTTPMessageReaderTests {
    private static let stream = Array(
        ("POST /a HTTP/1.1\r\nX-Odd:  two words \r\nContent-Length: 5\r\n\r\nhello"
            + "GET /b?x=1 HTTP/1.1\r\nhost: h\r\n\r\n"
            + "POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=y\r\n0123456789\r\n0\r\nT: 1\r\n\r\n")
            .utf8)

    @Test func `messages are the same however their bytes are cut`() throws {
        var generator = SeededGenerator(seed: 1)
        let whole = try messages([Self.stream])
        #expect(whole.map { $0.head.firstLine.prefix(6) } == ["POST /", "GET /b", "POST /"])
        #expect(whole.map { String(decoding: $0.body, as: UTF8.self) } == ["hello", "", "hello0123456789"])
        #expect(whole[0].head.headers.map(\.name) == ["X-Odd", "Content-Length"])
        #expect(whole[0].head.value(of: "x-odd") == "two words")
        for _ in 0..<300 {
            var pieces: [[UInt8]] = []
            var rest = Self.stream[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...20, using: &generator)
                pieces.append(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            #expect(try messages(pieces) == whole)
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost : x\r\n\r\n", "GET / HTTP/1.1\nHost: x\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nno\r\n", "GET / HTTP/1.1\r\n folded\r\n\r\n",
    ])
    func `what is not HTTP is refused`(text: String) {
        #expect(throws: HTTPHead.Malformed.self) { try messages([Array(text.utf8)]) }
    }

    @Test func `a message cut off by the end of the connection is no message`() throws {
        for count in 1..<Self.stream.count {
            var reader = HTTPMessageReader(.requests)
            reader.receive(Array(Self.stream.prefix(count)))
            while try reader.next() != nil {}
            if reader.isBetweenMessages {
                #expect(try reader.finish() == nil)
            } else {
                #expect(throws: HTTPHead.Malformed.self) { try reader.finish() }
            }
        }
    }

    @Test func `a response without a length lasts until the end`() throws {
        var reader = HTTPMessageReader(.responses)
        reader.receive(Array("HTTP/1.1 200 OK\r\n\r\nfirst ".utf8))
        #expect(try reader.next() == nil)
        reader.receive(Array("second".utf8))
        #expect(try reader.next() == nil)
        #expect(try reader.finish()?.body == Array("first second".utf8))
    }

    private func messages(_ pieces: [[UInt8]]) throws -> [HTTPMessageReader.Message] {
        var reader = HTTPMessageReader(.requests)
        var messages: [HTTPMessageReader.Message] = []
        for piece in pieces {
            reader.receive(piece)
            while let message = try reader.next() { messages.append(message) }
        }
        return messages
    }
}
