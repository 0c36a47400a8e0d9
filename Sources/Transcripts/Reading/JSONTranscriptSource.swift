package import Conversations

/// Reads what Parley writes as JSON, and what is like it: of a message no more is needed than its role and its text.
package struct JSONTranscriptSource: TranscriptSource {
    private var records: JSONRecords
    private var ids = DerivedChatIDs(source: "parley")
    private let now: Timestamp

    package var bytesRead: Int { records.window.offset }

    /// - Parameter now: The time of chats that have none.
    package init(_ input: InputFile, now: Timestamp) throws {
        records = JSONRecords(ByteWindow(input))
        self.now = now
    }

    package mutating func next() throws -> Transcript? {
        guard let record = try records.next() else { return nil }
        do throws(ChatFault) {
            let draft = try ChatJSONReader.draft(of: records.window.bytes.prefix(record.length), ids: &ids)
            return draft.transcript(now: now)
        } catch {
            let message = error.message.map { ", message \($0)" } ?? ""
            throw BadRecord(position: record.position + message, reason: error.reason)
        }
    }
}
