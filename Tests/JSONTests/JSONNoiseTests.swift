import JSON
import Testing

struct JSONNoiseTests {
    @Test(arguments: [
        #"{"success":true}"#, "\u{FEFF}" + #"{"success":true}"#, #"<b>x</b> {not} {"a":1} {"success":true} {"code":1}"#,
        #"{"a":{"success":true}}"#, #"{{{{"success":true}"#, #"{"success": {"success":true}"#,
        #"{"x":"{"success":true}"#,
        #"{"a":1, } {"success":true}<!-- } -->"#,
    ])
    func `the first object with one of the keys is found`(text: String) {
        #expect(
            JSONValue.firstObject(in: Array(text.utf8)[...], having: ["success", "code"])?["success"] == .boolean(true))
    }

    @Test(arguments: ["", "{", "{}", "[1]", #"{"a":"success"}"#, #"{"success":tru}"#, #"{"success":true"#])
    func `where there is none, none is found`(text: String) {
        #expect(JSONValue.firstObject(in: Array(text.utf8)[...], having: ["success"]) == nil)
    }

    @Test(arguments: [
        "{", "{\"", "{\"a\":", "{\"a\":[", "{\"a\":1,", "{\"{\":", "\"", "{}", "{\"a\":{}},", "{\"a\":\"{", "\\{\"",
    ])
    func `no noise takes more than linear time`(piece: String) {
        // Quadratic work on this takes minutes.
        let noise = String(repeating: piece, count: 30_000 / piece.utf8.count)
        #expect(JSONValue.firstObject(in: Array((noise + "{\"success\":1}").utf8)[...], having: ["missing"]) == nil)
    }
}
