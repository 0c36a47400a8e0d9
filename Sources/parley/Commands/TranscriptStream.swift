import Conversations
import Transcripts

/// Whole chats on their way out: read and written side by side, so that no more than a piece of them is held.
struct TranscriptStream: TranscriptReceiver, Sendable {
    /// Where the transcript goes, a piece after the other.
    typealias Writing = @Sendable (Span<UInt8>) throws -> Void

    private static let pieceBytes = 1 << 16

    private var encoder: any TranscriptEncoder
    private let progress: ProgressBar?
    private let write: Writing
    private var messageCount = 0

    /// Writes the chats as a transcript, to its end; of a store that is not there yet, one without chats.
    ///
    /// - Parameter progress: Shown how many messages have been written.
    static func write(
        _ selection: ChatSelection, of store: (any ConversationStore)?, for owner: Owner,
        as encoder: any TranscriptEncoder, progress: ProgressBar? = nil, to write: @escaping Writing
    ) async throws {
        var stream = TranscriptStream(encoder: encoder, progress: progress, write: write)
        if let store { stream = try await store.read(selection, of: owner, into: stream) }
        stream.encoder.finish()
        try stream.encoder.handOver(to: write)
    }

    mutating func begin(_ chat: Chat) throws {
        try encoder.begin(chat)
    }

    mutating func receive(_ message: Message, content: Span<UInt8>) throws {
        try encoder.receive(message, content: content, handingOverTo: write)
        messageCount += 1
        guard encoder.waitingBytes >= Self.pieceBytes else { return }
        try encoder.handOver(to: write)
        progress?.show(messageCount)
    }

    mutating func endChat() throws {
        try encoder.endChat()
    }
}
