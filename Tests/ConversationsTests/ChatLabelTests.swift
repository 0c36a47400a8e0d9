import Conversations
import Support
import Testing

/// Titles and tags as people give them.
struct ChatLabelTests {
    @Test(
        arguments: [
            ("Trip to Rome", "Trip to Rome"), ("  a\nb\r\nc\td\u{2028}e \n", "a b c d e"), ("日本 👩‍👩‍👧", "日本 👩‍👩‍👧"),
            (String(repeating: "👩‍👩‍👧", count: 200), String(repeating: "👩‍👩‍👧", count: 200)), ("", nil), (" \n\t", nil),
        ] as [(String, String?)])
    func `a title is one line without space around it`(text: String, title: String?) throws {
        #expect(try ChatTitle.given(text) == title)
    }

    @Test func `a title of more than 200 characters is none`() {
        #expect(throws: ChatLabelError.longTitle(characters: 201, limit: 200)) {
            try ChatTitle.given(" " + String(repeating: "é", count: 201))
        }
    }

    @Test(arguments: [("work", "work"), (" two words ", "two words"), ("日本", "日本"), ("a,b", "a,b")])
    func `a tag is one line without space around it`(text: String, tag: String) throws {
        #expect(try ChatTag.given(text) == tag)
    }

    @Test(arguments: [
        ("", ChatLabelError.emptyTag), (" \n", .emptyTag), ("a\nb", .tagOfControls("a\nb")),
        ("a\u{1B}b", .tagOfControls("a\u{1B}b")), ("a\u{2028}b", .tagOfControls("a\u{2028}b")),
        (String(repeating: "x", count: 65), .longTag(String(repeating: "x", count: 65), limit: 64)),
    ])
    func `what is no tag`(text: String, error: ChatLabelError) throws {
        #expect(throws: error) { try ChatTag.given(text) }
        #expect(try ChatTag.given(String(repeating: "x", count: 64)).count == 64)
    }
}
