import JSON
import Support
import Testing

/// Text is escaped 16 and 8 bytes at a time; byte by byte is how one would think of it.
struct JSONEscapingTests {
    private static func escaped(byByte text: [UInt8]) -> [UInt8] {
        text.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "\""): Array("\\\"".utf8)
            case UInt8(ascii: "\\"): Array("\\\\".utf8)
            case UInt8(ascii: "\n"): Array("\\n".utf8)
            case UInt8(ascii: "\r"): Array("\\r".utf8)
            case UInt8(ascii: "\t"): Array("\\t".utf8)
            case 0..<0x20: Array("\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
            default: [byte]
            }
        }
    }

    private static func escaped(_ text: [UInt8]) -> [UInt8] {
        var json = JSONWriter()
        json.openString()
        json.addText(text.span)
        json.closeString()
        return Array(json.take().dropFirst().dropLast())
    }

    @Test func `each byte at each place of texts of each length`() {
        for length in 1...50 {
            for place in 0..<length {
                for byte: UInt8 in [
                    0, 1, 0x1F, 0x20, 0x21, 0x22, 0x23, 0x5B, 0x5C, 0x5D, 0x7F, 0x80, 0x9F, 0xA2, 0xDC, 0xFF,
                ] {
                    var text = [UInt8](repeating: UInt8(ascii: "a"), count: length)
                    text[place] = byte
                    #expect(Self.escaped(text) == Self.escaped(byByte: text))
                }
            }
        }
    }

    @Test func `all bytes, alone and side by side`() {
        for byte in UInt8.min...UInt8.max {
            let text = [UInt8](repeating: byte, count: 40)
            #expect(Self.escaped(text) == Self.escaped(byByte: text))
        }
        let all = Array(UInt8.min...UInt8.max)
        #expect(Self.escaped(all) == Self.escaped(byByte: all))
        #expect(Self.escaped(all.reversed()) == Self.escaped(byByte: all.reversed()))
    }

    @Test func `random bytes, with many and with few to escape, in texts short and long`() {
        var generator = SeededGenerator(seed: 11)
        for round in 0..<400 {
            let length =
                round % 20 == 0
                ? Int.random(in: 4000...20_000, using: &generator) : Int.random(in: 0...100, using: &generator)
            let odd = Int.random(in: 1...60, using: &generator)
            let text = (0..<length).map { _ -> UInt8 in
                Int.random(in: 0..<odd, using: &generator) == 0
                    ? UInt8.random(in: 0...255, using: &generator) : UInt8.random(in: 0x20...0x7E, using: &generator)
            }
            #expect(Self.escaped(text) == Self.escaped(byByte: text))
        }
    }

    @Test(arguments: [4095, 4096, 4097, 8192, 100_000])
    func `a text of nothing but control characters has room`(length: Int) {
        let text = [UInt8](repeating: 1, count: length)
        #expect(Self.escaped(text).count == length * 6)
        let string = String(repeating: "\u{1}", count: length)
        let whole = JSONWriter.line { $0.member("text", string) }
        #expect(whole == Array("{\"text\":\"".utf8) + Self.escaped(text) + Array("\"}\n".utf8))
    }

    @Test(arguments: [0, 1, -1, 9, 10, 99, 100, 1_000_000_000, Int.max, Int.min, Int.min + 1])
    func `any number is its digits`(number: Int) {
        let line = JSONWriter.line { json in
            json.member("first", number)
            json.array("list") { $0.integer(number) }
            json.member("id", escaped: JSONWriter.escaped("chat\n-").span, number)
        }
        #expect(
            String(decoding: line, as: UTF8.self)
                == "{\"first\":\(number),\"list\":[\(number)],\"id\":\"chat\\n-\(number)\"}\n")
    }

    @Test func `a name known only when it is written is escaped, and commas are right`() {
        let line = JSONWriter.line { json in
            json.member(named: "a\"b", "1")
            json.member(named: "n", 2)
            json.member("t", true)
            json.member("plain", plain: Array("x".utf8).span)
            json.object(named: "o") { $0.member("in", nil as String?) }
            json.member("long", String(repeating: "é\n", count: 3000))
        }
        let text = String(decoding: line, as: UTF8.self)
        let long = String(repeating: "é\\n", count: 3000)
        #expect(text == "{\"a\\\"b\":\"1\",\"n\":2,\"t\":true,\"plain\":\"x\",\"o\":{},\"long\":\"\(long)\"}\n")
    }

    @Test func `what was handed over is forgotten`() {
        var json = JSONWriter()
        json.string("one")
        var handed: [UInt8] = []
        json.handOver { bytes in for index in bytes.indices { handed.append(bytes[index]) } }
        #expect(json.bytes.isEmpty)
        json.string("two")
        json.handOver { bytes in for index in bytes.indices { handed.append(bytes[index]) } }
        #expect(String(decoding: handed, as: UTF8.self) == "\"one\",\"two\"")
    }
}
