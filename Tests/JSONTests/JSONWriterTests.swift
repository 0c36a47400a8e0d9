import JSON
import Support
import Testing

struct JSONWriterTests {
    @Test(arguments: [
        "", "plain", "it's", "\"quoted\" \\ back", "line\nend\r\n\ttab", "\u{0}\u{1}\u{1F}\u{7F}\u{80}",
        "é ñ 日本 👩‍💻 \u{10FFFF}",
        "\u{2028}\u{2029}\u{FEFF}\u{202E}", "</script><!-- ", String(repeating: "long \"", count: 10_000),
    ])
    func `a text comes back as it went in`(text: String) throws {
        var json = JSONWriter()
        json.string(text)
        #expect(try Support.JSONValue(String(decoding: json.take(), as: UTF8.self)) == .string(text))
    }

    @Test func `any scalar comes back, and control characters are never written as they are`() throws {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<200 {
            var text = ""
            for _ in 0..<50 {
                let range: ClosedRange<UInt32> = Bool.random(using: &generator) ? 0...0x7F : 0...0x10FFFF
                if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &generator)) {
                    text.unicodeScalars.append(scalar)
                }
            }
            var json = JSONWriter()
            json.string(text)
            let bytes = json.take()
            #expect(bytes.allSatisfy { $0 >= 0x20 })
            #expect(try Support.JSONValue(String(decoding: bytes, as: UTF8.self)) == .string(text))
        }
    }

    @Test func `members come in the order given, and absent ones not at all`() {
        var json = JSONWriter()
        json.object { json in
            json.member("b", 1)
            json.member("none", nil as String?)
            json.member("a", true)
            json.array("list") { json in
                json.string("x")
                json.integer(-2)
                json.object { _ in }
            }
            json.object("inner") { $0.member("when", "today") }
        }
        #expect(
            String(decoding: json.take(), as: UTF8.self)
                == #"{"b":1,"a":true,"list":["x",-2,{}],"inner":{"when":"today"}}"#)
    }
}
