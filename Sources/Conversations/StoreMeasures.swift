/// How much a store holds, of all owners together.
package struct StoreMeasures: Equatable, Sendable {
    /// What it takes on the disk, and what waits beside it to be put in its place, in bytes.
    package var bytes: Int
    package var waitingBytes: Int
    package var chats: Int
    package var messages: Int

    package init(bytes: Int, waitingBytes: Int, chats: Int, messages: Int) {
        self.bytes = bytes
        self.waitingBytes = waitingBytes
        self.chats = chats
        self.messages = messages
    }
}

/// A store that can be measured.
package protocol MeasuredStore: Sendable {
    /// No message is read for it.
    func measures() async throws(StoreError) -> StoreMeasures
}
