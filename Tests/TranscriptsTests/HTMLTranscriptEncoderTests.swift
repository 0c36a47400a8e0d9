import Conversations
import Support
import Testing
import Transcripts

/// A page is ours alone: whatever others wrote is text in it.
struct HTMLTranscriptEncoderTests {
    static let attacks =
        GeneratedTranscripts.texts + [
            "<script>alert(1)</script>", "</title><script>alert(1)</script>", "</style><script>",
            "</pre></code><img src=x>",
            "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "\" autofocus onfocus=\"alert(1)",
            "<svg/onload=x>",
            "&lt;script&gt;", "&#60;script>", "<!--", "-->", "]]>", "<![CDATA[", "<?php ?>", "javascript:alert(1)",
            "[a](javascript:alert(1))", "<a href=\"javascript:x\">", "```\n</code></pre><script>x</script>\n```",
            "```\"><script>\nx", "`<b>`", "``<`>``", "<\u{0}script>", "<scr\u{0}ipt>", "\u{202E}<\u{202C}",
            "\u{FEFF}<b>",
            "<style>@import url(http://example.org)</style>", "<base href=//example.org>", "<meta http-equiv=refresh>",
            "{{x}}",
        ]

    private func page(_ transcripts: Transcript...) throws -> String {
        try HTMLTranscriptEncoder().text(of: transcripts)
    }

    /// A chat with this in each place where others can write.
    private func transcript(of text: String) -> Transcript {
        var transcript = Transcript(text, text, title: text)
        transcript.chat.provider = text
        transcript.chat.model = text
        transcript.chat.system = text
        transcript.chat.tags = [text]
        transcript.chat.metadata = [text: text]
        transcript.chat.forkedFrom = MessageID(chat: ChatID(rawValue: text), seq: 1)
        transcript.chat.head = 1
        transcript.messages[1].provider = text
        transcript.messages[1].model = text
        transcript.messages[1].parent = nil
        transcript.messages[1].status = .failed
        transcript.messages[1].error = MessageError(code: text, message: text)
        return transcript
    }

    @Test(arguments: attacks)
    func `nothing that others wrote is markup`(text: String) throws {
        var hostile = transcript(of: text)
        hostile.chat.id = ChatID(rawValue: text)
        for index in hostile.messages.indices { hostile.messages[index].id.chat = hostile.chat.id }
        let tags = try Markup(page(hostile, hostile))
        #expect(tags.faults == [])
        #expect(tags.names.subtracting(Markup.ours) == [])
        #expect(tags.attributes.subtracting(Markup.ourAttributes) == [])
        #expect(tags.unclosed == [])
        #expect(tags.links.allSatisfy { $0.hasPrefix("#") })
    }

    @Test(arguments: attacks)
    func `every text can be read in the page`(text: String) throws {
        let shown = try Markup(page(transcript(of: text))).text
        let line = text.unicodeScalars.filter { $0 == "<" || $0 == ">" || $0 == "&" || $0 == "\"" }.map(String.init)
        let count = shown.unicodeScalars.filter { $0 == "<" || $0 == ">" || $0 == "&" || $0 == "\"" }.count
        // Once in the page's title and in each place but the messages, where fences are not shown.
        #expect(count >= line.count * 10)
        #expect(shown.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F || $0 == "\n" || $0 == "\t" })
    }

    @Test func `the page needs nothing else and runs nothing`() throws {
        let text = try page(Transcript("hello"))
        #expect(text.hasPrefix("<!DOCTYPE html>\n"))
        #expect(
            text.contains(
                "content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\""))
        #expect(text.contains("@media print") && text.contains("prefers-color-scheme: dark"))
        #expect(!text.contains("url(") && !text.contains("src=") && !text.contains("://") && !text.contains("<script"))
        #expect(text.hasSuffix("</article>\n</body>\n</html>\n"))
        #expect(try Markup(HTMLTranscriptEncoder().text(of: [])).unclosed == [])
    }

    @Test func `each message has an anchor, and another branch a link to where it goes on from`() throws {
        var transcript = Transcript("one", "two", "three")
        transcript.messages[2].parent = 1
        let text = try page(transcript)
        for seq in 1...3 { #expect(text.contains("id=\"c1-\(seq)\"")) }
        #expect(text.contains("<p class=\"place\">goes on from <a href=\"#c1-1\">#1</a></p>"))
        #expect(text.contains("In view is the branch that ends in <a href=\"#c1-3\">#3</a>."))
        #expect(try !page(Transcript("one", "two")).contains("class=\"place\""))
    }

    @Test func `fences are blocks of code, and the rest is text as it stands`() throws {
        let text = try page(
            Transcript("Look:\n\n```swift\nif a < b {\n  \"x\"\n}\n```\n\nand `a<b`, `` ` `` or `open\n~~~\n```\n"))
        #expect(
            text.contains(
                "Look:</div>\n<pre><code>if a &lt; b {\n  &quot;x&quot;\n}\n</code></pre>\n<div class=\"text\" dir=\"auto\">"
                    + "and <code>a&lt;b</code>, <code> ` </code> or `open</div>\n<pre><code>```\n</code></pre>\n"))
        let list = try page(Transcript("- a\n  ```\n    b\n  c\nd"))
        #expect(list.contains("- a</div>\n<pre><code>  b\nc\n</code></pre>\n<div class=\"text\" dir=\"auto\">d</div>"))
    }

    @Test func `a long line of backticks takes no longer than its length asks`() throws {
        let marks = (1...1500).map { String(repeating: "`", count: $0 % 50 + 1) }.joined(separator: "a")
        #expect(try Markup(page(Transcript(marks))).unclosed == [])
    }

    @Test(arguments: UInt64(0)..<10)
    func `generated chats make sound pages, in pieces as at once`(seed: UInt64) throws {
        let transcripts = GeneratedTranscripts.transcripts(seed: seed, count: 5)
        var encoder = HTMLTranscriptEncoder()
        var pieces: [UInt8] = []
        for transcript in transcripts {
            try encoder.receive(transcript)
            pieces += encoder.take()
            #expect(encoder.waitingBytes == 0)
        }
        encoder.finish()
        pieces += encoder.take()
        #expect(try HTMLTranscriptEncoder().bytes(of: transcripts) == pieces)
        let tags = Markup(String(decoding: pieces, as: UTF8.self))
        #expect(tags.faults == [] && tags.unclosed == [] && tags.names.subtracting(Markup.ours) == [])
    }
}
