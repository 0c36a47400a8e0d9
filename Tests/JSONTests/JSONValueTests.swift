import Support
import Testing

@testable import JSON

struct JSONValueTests {
    @Test(arguments: [
        "null", "true", " false ", "0", "-0", "1.5", "-2e3", "1E+2", "9007199254740991", "\"\"", "[]", "{}",
        "[1,[2,[]],{}]",
        #"{"a":{"b":[null,true,"x"]},"c":-1.25e-3}"#, #""\"\\\/\b\f\n\r\tAé日😀""#,
        "\t[\r\n1 ,\n2 ]\n", "\"é日👩‍💻\u{7F}\u{2028}\"",
    ])
    func `what is JSON is read as others read it`(text: String) throws {
        let value = try JSON.JSONValue(Array(text.utf8))
        #expect(try Self.judged(value) == Support.JSONValue(text))
    }

    @Test(arguments: [
        "", " ", "nul", "nulll", "True", "01", "-", "+1", "1.", ".5", "1e", "1e+", "0x1", "NaN", "\"", "\"\\\"",
        "\"\\x\"",
        "\"\\u12\"", "\"\\u12g4\"", "\"a\nb\"", "\"\u{0}\"", "[", "[1", "[1,", "[1,]", "[,]", "[1 2]", "]", "{",
        "{\"a\"",
        "{\"a\":", "{\"a\":1", "{\"a\":1,}", "{,}", "{a:1}", "{\"a\" 1}", "{1:2}", "{}}", "[] []", "'a'", "\u{FEFF}1",
        "[}", "{]",
    ])
    func `what is no JSON is refused, wherever it stands`(text: String) {
        for text in [text, "[[\(text)", "{\"a\":[\(text)"] {
            #expect(throws: JSONError.self) { try JSON.JSONValue(Array(text.utf8)) }
        }
    }

    @Test func `any value comes back from what is written of it`() throws {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<300 {
            var json = JSONWriter()
            Self.write(&json, depth: 4, &generator)
            let bytes = json.take()
            let value = try JSON.JSONValue(bytes)
            #expect(try Self.judged(value) == Support.JSONValue(String(decoding: bytes, as: UTF8.self)))
            for count in bytes.indices where bytes.count < 300 && value.integer == nil {
                #expect(throws: JSONError.self) { try JSON.JSONValue(bytes[..<count]) }
            }
        }
    }

    @Test(arguments: [
        (#""\ud83d""#, "\u{FFFD}"), (#""\ude00""#, "\u{FFFD}"), (#""\ud83d\ud83d\ude00""#, "\u{FFFD}\u{1F600}"),
        (#""\ud83dx""#, "\u{FFFD}x"), (#""\ud83d\n""#, "\u{FFFD}\n"), (#""\ud83d\u0041""#, "\u{FFFD}A"),
        (#""\ud83d\\ude00""#, "\u{FFFD}\\ude00"), (#""\u0000""#, "\u{0}"), (#""\uFFFE\uffff""#, "\u{FFFE}\u{FFFF}"),
        (#""\uDBFF\uDFFF""#, "\u{10FFFF}"),
    ])
    func `halves of pairs are mended, and the rest is kept`(text: String, string: String) throws {
        #expect(try JSON.JSONValue(Array(text.utf8)).string == string)
    }

    @Test(
        arguments: [[0xFF], [0xE6, 0x97], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80]] as [[UInt8]])
    func `what is no UTF-8 is mended as Swift mends it`(bytes: [UInt8]) throws {
        for escape in ["", "\\n"] {
            let text = Array("\"a".utf8) + bytes + Array("b\(escape)\"".utf8)
            let mended = "a" + String(decoding: bytes, as: UTF8.self) + "b" + (escape.isEmpty ? "" : "\n")
            #expect(try JSON.JSONValue(text).string == mended)
        }
    }

    @Test func `numbers are as exact as they can be, and none is too large`() throws {
        #expect(try JSON.JSONValue(Array("9223372036854775807".utf8)) == .number(.integer(.max)))
        #expect(try JSON.JSONValue(Array("-9223372036854775808".utf8)).integer == .min)
        #expect(try JSON.JSONValue(Array("9223372036854775808".utf8)).integer == nil)
        #expect(try JSON.JSONValue(Array("9223372036854775808".utf8)).double == 9_223_372_036_854_775_808)
        #expect(try JSON.JSONValue(Array("1.0".utf8)).integer == 1)
        #expect(try JSON.JSONValue(Array("1795224524.339495".utf8)).double == 1_795_224_524.339495)
        #expect(try JSON.JSONValue(Array("1e999".utf8)).double == .infinity)
        #expect(try JSON.JSONValue(Array("-1e-999".utf8)).double == 0)
        let long = try JSON.JSONValue([UInt8](repeating: UInt8(ascii: "7"), count: 100_000))
        #expect(long.integer == nil)
        #expect(long.double != nil)
    }

    @Test(arguments: ["[", "{\"a\":"])
    func `depth has a bound`(opening: String) {
        let closing = opening == "[" ? "]" : "}"
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: opening, count: depth) + "1" + String(repeating: closing, count: depth)).utf8)
        }
        #expect(throws: Never.self) { try JSON.JSONValue(nested(JSONReader.maximumDepth)) }
        #expect(throws: JSONError(reason: .tooDeep, offset: 64 * opening.utf8.count)) {
            try JSON.JSONValue(nested(JSONReader.maximumDepth + 1))
        }
        #expect(throws: JSONError.self) { try JSON.JSONValue(nested(1_000_000)) }
    }

    @Test func `members are in the order written, and the last of a key counts`() throws {
        let value = try JSON.JSONValue(Array(#"{"b":1,"a":2,"b":[true]}"#.utf8))
        guard case .object(let members) = value else {
            Issue.record("\(value)")
            return
        }
        #expect(members.map(\.key) == ["b", "a", "b"])
        #expect(value["b"]?.elements == [.boolean(true)])
        #expect(value["b"]?["x"] == nil)
        #expect(value["c"] == nil)
        #expect(value.string == nil)
    }

    @Test func `an error tells where, and nothing of the words`() {
        #expect(throws: JSONError(reason: .unexpectedByte, offset: 11)) {
            try JSON.JSONValue(Array(#"xx{"secret": oops}"#.utf8)[2...])
        }
        #expect(throws: JSONError(reason: .unexpectedEnd, offset: 4)) { try JSON.JSONValue(Array("\"abc".utf8)) }
    }

    private static func judged(_ value: JSON.JSONValue) -> Support.JSONValue {
        switch value {
        case .null: .null
        case .boolean(let value): .boolean(value)
        case .number(let number): .number(number.double)
        case .string(let text): .string(text)
        case .array(let elements): .array(elements.map(judged))
        case .object(let members):
            .object(Dictionary(members.map { ($0.key, judged($0.value)) }, uniquingKeysWith: { _, last in last }))
        }
    }

    private static func write(_ json: inout JSONWriter, depth: Int, _ generator: inout SeededGenerator) {
        let text = (0..<Int.random(in: 0..<6, using: &generator)).compactMap { _ in
            Unicode.Scalar(UInt32.random(in: 0...0x2FFF, using: &generator)).map(String.init)
        }.joined()
        switch Int.random(in: 0..<(depth == 0 ? 3 : 5), using: &generator) {
        case 0: json.integer(Int.random(in: -1_000_000...1_000_000, using: &generator))
        case 1: json.boolean(Bool.random(using: &generator))
        case 2: json.string(text)
        case 3:
            json.array { json in
                for _ in 0..<Int.random(in: 0..<4, using: &generator) { write(&json, depth: depth - 1, &generator) }
            }
        default:
            json.object { json in
                for number in 0..<Int.random(in: 0..<4, using: &generator) {
                    json.key(named: "\(number)" + text)
                    write(&json, depth: depth - 1, &generator)
                }
            }
        }
    }
}
