import Conversations
import Transcripts

/// Notes what an encoder is given.
struct RecordingEncoder: TranscriptEncoder {
    final class Record: @unchecked Sendable {  // of one test, on one thread
        var chats: [Chat] = []
        var messages: [Message] = []
    }

    let record = Record()
    var waitingBytes: Int { 0 }

    func take() -> [UInt8] { [] }
    func finish() {}
    func endChat() {}

    func begin(_ chat: Chat) {
        record.chats.append(chat)
    }

    func receive(_ message: Message, content: Span<UInt8>) {
        var message = message
        message.content = unsafe content.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
        record.messages.append(message)
    }
}
