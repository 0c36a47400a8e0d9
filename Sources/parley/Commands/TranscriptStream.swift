import Conversations
import Synchronization
import Transcripts

/// Whole chats on their way out: read and written side by side, so that no more than a piece of them is held.
enum TranscriptStream {
    private static let pieceBytes = 1 << 16

    /// Writes the chats as a transcript, to its end; of a store that is not there yet, one without chats.
    static func write(
        _ selection: ChatSelection, of store: (any ConversationStore)?, for owner: Owner,
        as beginning: TranscriptWriter, to write: @escaping @Sendable ([UInt8]) throws -> Void
    ) async throws {
        let writer = Mutex(beginning)
        try await store?.read(selection, of: owner) { event in
            try writer.withLock { writer in
                writer.receive(event)
                if writer.waitingBytes >= pieceBytes { try write(writer.take()) }
            }
        }
        try writer.withLock { writer in
            writer.finish()
            try write(writer.take())
        }
    }
}
