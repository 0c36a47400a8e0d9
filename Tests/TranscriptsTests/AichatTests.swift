import Conversations
import Glibc
import Support
import Testing
import Transcripts

struct AichatTests {
    @Test func `a session keeps its words, and what stands in blocks and lists`() throws {
        let transcript = try #require(try ForeignExports.aichat(ForeignExports.path("aichat/tea.yaml")).first)
        #expect(
            transcript.outline == [
                "1<0 user: What is tea?\n\n  - key: not YAML\nmodel: nor this",
                "2<1 assistant: A leaf: *Camellia sinensis*.\n",
                "3<2 user: And this?\n\n[image: https://example.com/leaf.png]\n\n[image]",
                "4<3 assistant: A leaf, too.\u{1B}",
            ])
        let chat = transcript.chat
        #expect(chat.title == "tea" && chat.system == "You know everything about tea." && chat.head == 4)
        #expect(chat.provider == nil && chat.metadata == ["imported_from": "aichat"])
        #expect(transcript.messages[1].model == "openai:gpt-4o")
    }

    @Test func `what aichat has compressed is there in full, and its summary is not`() throws {
        let transcript = try #require(try ForeignExports.aichat(ForeignExports.path("aichat/long.yaml")).first)
        #expect(
            transcript.outline == [
                "1<0 user: One?", "2<1 assistant: Two.", "3<2 user: Three?", "4<3 assistant: Four, five.",
            ])
        #expect(transcript.chat.system == "Be brief.")
    }

    @Test func `a folder's sessions are each a chat`() throws {
        let chats = try ForeignExports.aichat(ForeignExports.path("aichat")).map(\.chat)
        #expect(chats.map(\.title) == ["tea", "long"])
    }

    @Test func `what is no file in a folder is no session`() throws {
        let folder = try TemporaryFolder()
        try Files.write("messages:\n- {role: user, content: Hi}\n", to: folder.file("a.yaml"))
        try #require(unsafe mkdir(folder.file("sub.yaml"), 0o700) == 0)
        try #require(unsafe mkfifo(folder.file("pipe.yaml"), 0o600) == 0)
        #expect(try ForeignExports.aichat(folder.path).map(\.chat.title) == ["a"])
    }

    @Test func `an id depends on name and beginning, and on no time`() throws {
        let folder = try TemporaryFolder()
        let session = "model: m\nmessages:\n- {role: user, content: Hi}\n"
        func id(_ name: String, _ text: String) throws -> ChatID? {
            try Files.write(text, to: folder.file(name))
            return try ForeignExports.aichat(folder.file(name)).first?.chat.id
        }
        let first = try #require(try id("a.yaml", session))
        #expect(try id("a.yaml", session + "- {role: assistant, content: Ho}\n") == first)
        #expect(try id("b.yaml", session) != first)
        #expect(try id("a.yaml", session.replacing("Hi", with: "Hello")) != first)
    }

    @Test func `a session larger than any configuration is read`() throws {
        let folder = try TemporaryFolder()
        let text = String(repeating: "tea ", count: 500_000)
        try Files.write("messages:\n- role: user\n  content: \(text)end\n", to: folder.file("a.yaml"))
        #expect(try ForeignExports.aichat(folder.file("a.yaml")).first?.messages.first?.content == text + "end")
    }

    @Test(arguments: [
        ("model: m\n", "it has no messages, as sessions of aichat have"),
        ("messages:\n- {role: robot, content: x}\n", "line 2: this message has no role that is known"),
        ("messages: &a\n- *a\n", nil), ("- [", nil),
    ])
    func `what is no session is named`(text: String, reason: String?) throws {
        let folder = try TemporaryFolder()
        try Files.write(text, to: folder.file("odd.yaml"))
        #expect {
            try ForeignExports.aichat(folder.file("odd.yaml"))
        } throws: { error in
            guard let error = error as? BadRecord else { return false }
            return error.position == "session \"odd\"" && reason.map { error.reason == $0 } ?? true
        }
    }

    @Test func `a session in which nothing was said is no chat`() throws {
        let folder = try TemporaryFolder()
        try Files.write("model: m\nmessages: []\n", to: folder.file("a.yaml"))
        #expect(try ForeignExports.aichat(folder.file("a.yaml")).isEmpty)
    }
}
