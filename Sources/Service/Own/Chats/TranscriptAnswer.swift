internal import Conversations
internal import HTTPTypes
internal import NIOCore
internal import Transcripts

/// Whole chats on their way to a client: read and sent side by side, so that no more than a part of them is held.
struct TranscriptAnswer {
    var selection: ChatSelection
    var encoder: any TranscriptEncoder
    /// The content type.
    var type: String
    /// What a browser is to call the file; nil for something that is not to be kept as one.
    var fileName: String?

    func answer(to request: ServiceRequest, from parts: ServiceParts) -> ServiceAnswer {
        var headers: HTTPFields = [.contentType: type]
        if let fileName { headers[.contentDisposition] = "attachment; filename=\"\(fileName)\"" }
        let (owner, channel, selection, encoder) = (request.owner, request.channel, selection, encoder)
        return .stream(.ok, headers) { stream in
            await parts.transcriptReadings.enter()
            let handover = TranscriptHandover()
            let reading = Task {
                // A slow client holds up one of few that read, and what is in memory by then none.
                defer { parts.transcriptReadings.leave() }
                defer { handover.end() }
                var receiver = TranscriptSender(encoder: encoder, handover: handover)
                receiver = try await parts.store.read(selection, of: owner, into: receiver)
                try receiver.finish()
            }
            do {
                for await piece in handover.pieces {
                    try await stream.write(ByteBuffer(bytes: piece), within: parts.limits.stallLimit, on: channel)
                    handover.took()
                }
            } catch {
                handover.leave()
                throw error
            }
            // What could not be read to its end does not end as if it were whole.
            try await reading.value
        }
    }
}

/// Encodes chats as a store reads them, on the reader's thread.
private struct TranscriptSender: TranscriptReceiver, Sendable {
    private static let pieceBytes = 1 << 16

    var encoder: any TranscriptEncoder
    let handover: TranscriptHandover

    mutating func begin(_ chat: Chat) throws {
        try encoder.begin(chat)
    }

    mutating func receive(_ message: Message, content: Span<UInt8>) throws {
        try encoder.receive(message, content: content, handingOverTo: handover.put)
        if encoder.waitingBytes >= Self.pieceBytes { try encoder.handOver(to: handover.put) }
    }

    mutating func endChat() throws {
        try encoder.endChat()
        if encoder.waitingBytes >= Self.pieceBytes { try encoder.handOver(to: handover.put) }
    }

    mutating func finish() throws {
        encoder.finish()
        try encoder.handOver(to: handover.put)
    }
}
