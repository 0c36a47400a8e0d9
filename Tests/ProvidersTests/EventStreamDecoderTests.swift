import Support
import Testing

@testable import Providers

struct EventStreamDecoderTests {
    @Test(arguments: [
        ("data: one\n\ndata: two\n\n", ["one", "two"]),
        ("data:one\r\rdata:two\r\r", ["one", "two"]),
        ("data: one\r\n\r\ndata: two\r\n\r\n", ["one", "two"]),
        ("data: one\r\ndata: two\r\r\n", ["one\ntwo"]),
        ("data:  two spaces\n\ndata:\ttab\n\n", [" two spaces", "\ttab"]),
        ("data: a\ndata\ndata:\ndata: b\n\n", ["a\n\n\nb"]),
        ("\u{FEFF}data: bom\n\n\u{FEFF}data: late\n\n", ["bom"]),
        ("\u{FEFF}\u{FEFF}data: two boms\n\n", []),
        (": comment\n\n:\n\n:data: no\n\ndata: x\n\n", ["x"]),
        ("id: 7\nretry: 10\nid\nretry\nevent\ndata: x\n\n", ["x"]),
        ("data: no blank line", ["no blank line"]),
        ("data: one\ndata: tw", ["one\ntw"]),
        ("data: one\n", ["one"]),
        ("data:\n\ndata: \n\ndata\n\ndata: x\n\ndata", ["x"]),
        ("\n\n\r\n\rdata: x\n\n\n\n", ["x"]),
        ("data: a:b: c\n\n", ["a:b: c"]),
        ("data: half\u{0}NUL\n\n", ["half\u{0}NUL"]),
        ("Data: no\ndatas: no\n data: no\ndata : no\n\ndata: x", ["x"]),
        ("", []), ("\n", []), ("\u{FEFF}", []), ("data", []),
    ])
    func `events come out as the standard has it, and the last one too`(stream: String, data: [String]) throws {
        #expect(try Self.events(stream).map { String(decoding: $0.data, as: UTF8.self) } == data)
    }

    @Test func `an event has the name it was given, and only that event`() throws {
        let stream = "event: a\nevent: b\ndata: 1\n\nevent: lost\n\ndata: 2\n\nevent:c\ndata: 3"
        #expect(try Self.events(stream).map(\.name) == ["b", "message", "c"])
    }

    @Test(arguments: [
        ("<b>oops</b>data: {\"a\":1}\n\n", ["{\"a\":1}"]),
        ("\u{FEFF}<br>data:{}\n\n", ["{}"]),
        ("x\u{FEFF}data: {}\n\n", ["{}"]),
        (" data: {}\n\n", ["{}"]),
        ("see data: no, data: {1}data: {2}\n\n", ["{1}data: {2}"]),
        ("see data: no object\n\n", []), ("data: {}data: {}\n\n", ["{}data: {}"]),
        (": comment data: {}\n\n", []),
    ])
    func `noise in front of a line of data is cut off where an object follows`(stream: String, data: [String]) throws {
        #expect(try Self.events(stream).map { String(decoding: $0.data, as: UTF8.self) } == data)
    }

    @Test func `noise between the lines changes nothing, and is remembered up to a limit`() throws {
        var decoder = EventStreamDecoder(lineLimit: 1 << 20)
        let stream =
            "<br />\ndata: one\nWarning: it's on fire\n\ndata: two\n\n" + String(repeating: "long\n", count: 5_000)
        decoder.receive(Array(stream.utf8).span)
        var data: [String] = []
        while let event = try decoder.next() { data.append(String(decoding: event.data, as: UTF8.self)) }
        #expect(data == ["one", "two"])
        #expect(String(decoding: decoder.noise, as: UTF8.self).hasPrefix("<br />\nWarning: it's on fire\nlong\n"))
        #expect(decoder.noise.count <= EventStreamDecoder.noiseLimit)
        #expect(decoder.hasData)
    }

    @Test func `any stream gives the same events in any pieces`() throws {
        var generator = SeededGenerator(seed: 5)
        let parts = [
            "data: ", "data:", "data", "{", "}", "\n", "\r", "\r\n", "\n\n", "\u{FEFF}", ":", "event: x", "é日👩‍💻", "x",
            " ",
        ]
        for _ in 0..<2_000 {
            let length = Int.random(in: 0..<24, using: &generator)
            let stream = Array((0..<length).map { _ in parts.randomElement(using: &generator) ?? "" }.joined().utf8)
            let whole = try Self.events(stream, pieces: stream.count)
            for size in [1, 2, 3, 7] {
                #expect(try Self.events(stream, pieces: size) == whole, "\(stream)")
            }
        }
    }

    @Test(arguments: [
        ("data: 12345\n\n", 11), ("data: 12345", 11), ("noise noise\n\n", 11), ("data:1234\ndata:5678\n\n", 9),
    ])
    func `a line or an event over the limit is an error, after all events before it`(stream: String, size: Int) throws {
        for pieces in [1, 4, 1_000] {
            for (limit, isOver) in [(size, false), (size - 1, true)] {
                var decoder = EventStreamDecoder(lineLimit: limit)
                var data: [String] = []
                var exceeded: LimitExceeded?
                do {
                    for piece in Array(("data: x\n\n" + stream).utf8).pieces(of: pieces) {
                        decoder.receive(piece.span)
                        while let event = try decoder.next() {
                            data.append(String(decoding: event.data, as: UTF8.self))
                        }
                    }
                    decoder.finish()
                    while let event = try decoder.next() { data.append(String(decoding: event.data, as: UTF8.self)) }
                } catch {
                    exceeded = error
                }
                #expect(data.first == "x")
                #expect(exceeded == (isOver ? LimitExceeded(part: .line, limit: limit) : nil))
            }
        }
    }

    @Test(arguments: [1, 16_384])
    func `a long line is not read again with each piece of it`(size: Int) throws {
        // Quadratic work on this takes minutes.
        let length = size == 1 ? 1 << 18 : 16 << 20
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: size)
        var decoder = EventStreamDecoder(lineLimit: length + 6)
        decoder.receive(Array("data: ".utf8).span)
        for _ in 0..<length / size {
            decoder.receive(piece.span)
            #expect(try decoder.next() == nil)
        }
        decoder.finish()
        #expect(try decoder.next()?.data.count == length)
    }

    private static func events(_ stream: String) throws -> [EventStreamEvent] {
        try events(Array(stream.utf8), pieces: 1_000)
    }

    private static func events(_ stream: [UInt8], pieces size: Int) throws -> [EventStreamEvent] {
        var decoder = EventStreamDecoder(lineLimit: 1 << 20)
        var events: [EventStreamEvent] = []
        for piece in stream.pieces(of: max(size, 1)) {
            decoder.receive(piece.span)
            while let event = try decoder.next() { events.append(event) }
        }
        decoder.finish()
        while let event = try decoder.next() { events.append(event) }
        return events
    }
}
