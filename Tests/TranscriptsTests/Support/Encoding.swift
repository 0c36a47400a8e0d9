import Conversations
import Support
import Transcripts

extension TranscriptEncoder {
    /// All of these chats in this form.
    func bytes(of transcripts: [Transcript]) throws -> [UInt8] {
        var encoder = self
        for transcript in transcripts { try encoder.receive(transcript) }
        encoder.finish()
        return encoder.take()
    }

    func text(of transcripts: [Transcript]) throws -> String {
        String(decoding: try bytes(of: transcripts), as: UTF8.self)
    }
}

extension Transcript {
    static let noon = Timestamp(rawValue: 1_769_860_800_000)

    /// A chat of these messages, the user's and the assistant's in turn.
    init(_ contents: String..., title: String = "Talk") {
        self.init(contents: contents, title: title)
    }

    init(contents: [String], title: String = "Talk") {
        let id = ChatID(rawValue: "c1")
        let messages = contents.enumerated().map { place, content in
            Message(
                id: MessageID(chat: id, seq: place + 1), parent: place == 0 ? nil : place,
                role: place % 2 == 0 ? .user : .assistant, content: content, createdAt: Self.noon)
        }
        self.init(
            chat: Chat(
                id: id, title: title, createdAt: Self.noon, head: messages.last?.id.seq, messageCount: messages.count),
            messages: messages)
    }
}

/// A Markdown file and what is read of it.
struct MarkdownFile {
    private let folder: TemporaryFolder
    private let input: InputFile

    init(_ bytes: [UInt8]) throws {
        folder = try TemporaryFolder()
        let path = folder.file("talk.md")
        try Files.write(bytes, to: path)
        input = try InputFile.open(path)
    }

    init(_ text: String) throws {
        try self.init(Array(text.utf8))
    }

    /// What is in it, good and bad.
    func records() throws -> (chats: [Transcript], bad: [BadRecord]) {
        defer { input.close() }
        var source = try MarkdownTranscriptSource(input, now: Timestamp(rawValue: 42))
        var (chats, bad): ([Transcript], [BadRecord]) = ([], [])
        while true {
            do {
                guard let chat = try source.next() else { break }
                chats.append(chat)
            } catch let record as BadRecord {
                bad.append(record)
            }
        }
        return (chats, bad)
    }

    /// What is in it, of which nothing may be bad.
    func chats() throws -> [Transcript] {
        let (chats, bad) = try records()
        if let first = bad.first { throw first }
        return chats
    }
}
