import Conversations
import Support
import Transcripts

/// The exports of other tools that are in Tests/Exports, made by hand to their true shapes.
enum ForeignExports {
    /// This file is Tests/TranscriptsTests/ForeignExports.swift of the package.
    static func path(_ name: String) -> String {
        let tests = #filePath.split(separator: "/").dropLast(2)
        return "/" + tests.joined(separator: "/") + "/Exports/" + name
    }

    static func chatGPT(_ path: String) throws -> [Transcript] {
        try reading(path) { try ForeignTranscriptSource($0, of: ChatGPTConversation.self, now: now) }
    }

    static func claude(_ path: String) throws -> [Transcript] {
        try reading(path) { try ForeignTranscriptSource($0, of: ClaudeConversation.self, now: now) }
    }

    static func aichat(_ path: String) throws -> [Transcript] {
        try reading(path) { try AichatTranscriptSource($0, now: now) }
    }

    static let now = Timestamp(rawValue: 1_769_860_800_000)

    /// All chats; the first bad record is thrown.
    private static func reading(
        _ path: String, _ open: (InputFile) throws -> any TranscriptSource
    ) throws -> [Transcript] {
        let input = try InputFile.open(path)
        defer { input.close() }
        var source = try open(input)
        var transcripts: [Transcript] = []
        while let transcript = try source.next() { transcripts.append(transcript) }
        return transcripts
    }
}

extension Transcript {
    /// `2<1 assistant: text` a message, for comparing.
    var outline: [String] {
        messages.map { message in
            "\(message.id.seq)<\(message.parent ?? 0) \(message.role): \(message.content)"
        }
    }
}
