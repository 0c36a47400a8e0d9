import Conversations
import Support
import Testing
import Transcripts

struct TextTranscriptEncoderTests {
    @Test func `a chat reads as show prints it`() throws {
        var transcript = Transcript("Hi\n", "Ho", title: "A\ntitle")
        transcript.messages[1].provider = "eliza"
        transcript.messages[1].status = .interrupted
        transcript.messages[1].error = MessageError(code: "torn", message: "it was cut")
        transcript.chat.provider = "eliza"
        transcript.chat.tags = ["a", "b"]
        transcript.chat.system = "Be brief."
        let text = """
            A title
            c1 · eliza · 2 messages · 2026-01-31 12:00 UTC
            tags: a, b

            system prompt
            Be brief.

            you (#1, 2026-01-31 12:00 UTC)
            Hi


            eliza (#2, 2026-01-31 12:00 UTC, interrupted: it was cut)
            Ho

            """
        #expect(try TextTranscriptEncoder().text(of: [transcript]) == text)
        let rule = "\n" + String(repeating: "=", count: 72) + "\n\n"
        #expect(try TextTranscriptEncoder().text(of: [transcript, transcript]) == text + rule + text)
        #expect(try TextTranscriptEncoder().text(of: []) == "")
    }

    @Test func `a message of another branch says where it goes on`() throws {
        var transcript = Transcript("one", "two", "three", "four")
        transcript.messages[2].parent = 1
        transcript.messages[3].parent = nil
        let text = try TextTranscriptEncoder().text(of: [transcript])
        #expect(text.contains("you (#3, 2026-01-31 12:00 UTC, after #1)\nthree"))
        #expect(text.contains("assistant (#4, 2026-01-31 12:00 UTC, from the start)\nfour"))
        #expect(!text.contains("after #2"))
    }

    @Test(arguments: GeneratedTranscripts.texts)
    func `a message's text is as it is`(text: String) throws {
        let written = try TextTranscriptEncoder().bytes(of: [Transcript(text)])
        #expect(written.suffix(text.utf8.count + 1).elementsEqual(Array(text.utf8) + [0x0A]))
    }
}
