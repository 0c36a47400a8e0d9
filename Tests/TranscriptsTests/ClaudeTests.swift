import Conversations
import Support
import Testing
import Transcripts

struct ClaudeTests {
    private static let export = ForeignExports.path("claude/conversations.json")

    @Test func `a conversation keeps texts, documents and files, and not thoughts and tools`() throws {
        let transcript = try #require(try ForeignExports.claude(Self.export).first)
        #expect(
            transcript.outline == [
                "1<0 user: Read this\n\n[file: tea.txt]\n\n```\nTea is a leaf.\n```\n\n[image: leaf.png]",
                "2<1 assistant: A leaf.\n\nOn tea\n\n```\n# Tea\n```",
            ])
        let chat = transcript.chat
        #expect(chat.id.rawValue == "3f1c2a10-0000-4000-8000-00000000000a" && chat.title == "Notes on tea")
        #expect(chat.createdAt.rfc3339 == "2024-05-01T10:00:00.123Z" && chat.metadata == ["imported_from": "claude"])
        #expect(
            transcript.messages[1].provider == "claude"
                && transcript.messages[1].createdAt.rfc3339 == "2024-05-01T10:00:05.000Z")
    }

    @Test func `branches are kept where parents are told, and empty conversations are none`() throws {
        let transcripts = try ForeignExports.claude(Self.export)
        #expect(transcripts.count == 2)
        let transcript = transcripts[1]
        #expect(transcript.outline == ["1<0 user: Say a word", "2<1 assistant: Word", "3<1 assistant: Another"])
        #expect(transcript.chat.head == 2 && transcript.chat.pinned && transcript.chat.title == "Say a word")
        #expect(transcript.messages[1].model == "claude-sonnet-4")
        #expect(transcript.messages[2].status == .interrupted)
    }

    @Test func `an older export has its text beside the blocks`() throws {
        let folder = try TemporaryFolder()
        try Files.write(
            """
            [{"uuid":"u","name":null,"chat_messages":[
              {"uuid":"same","sender":"human","text":"Old `code`"},
              {"uuid":"same","sender":"assistant","text":"Reply","content":null,"created_at":"2023-07-11T08:09:10.5+00:00"},
              {"sender":"human","text":"  "}]}]
            """, to: folder.file("c.json"))
        let transcript = try #require(try ForeignExports.claude(folder.file("c.json")).first)
        #expect(transcript.outline == ["1<0 user: Old `code`", "2<1 assistant: Reply"])
        #expect(transcript.chat.createdAt.rfc3339 == "2023-07-11T08:09:10.500Z")
    }

    @Test func `a zip of an export is read`() throws {
        let folder = try TemporaryFolder()
        let zip = ZipMaker.zip([
            "conversations.json": try Files.read(Self.export), "users.json": [1], "projects.json": [2],
        ])
        try Files.write(zip, to: folder.file("data.zip"))
        #expect(try ForeignExports.claude(folder.file("data.zip")) == ForeignExports.claude(Self.export))
    }
}
