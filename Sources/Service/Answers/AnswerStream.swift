internal import HummingbirdCore
package import NIOCore

/// Where a streamed answer goes. A write waits until the client's socket takes more, which holds back whoever writes.
package struct AnswerStream {
    /// Safe: `ResponseWriter.writeHead` gives the library's one writer, a sendable struct whose opaque type does not say so, and
    /// an answer is written by one task.
    private nonisolated(unsafe) var writer: any ResponseBodyWriter

    init(_ writer: any ResponseBodyWriter) {
        unsafe self.writer = writer
    }

    /// Sends these bytes at once.
    ///
    /// - Throws: where the client has left.
    package mutating func write(_ bytes: [UInt8]) async throws {
        try await unsafe writer.write(ByteBuffer(bytes: bytes))
    }

    /// Sends these bytes to a client that takes them within this time; one that stands still longer is cut off.
    ///
    /// - Throws: where the client has left.
    package mutating func write(_ buffer: ByteBuffer, within limit: Duration, on channel: any Channel) async throws {
        let cut = channel.eventLoop.scheduleTask(in: TimeAmount(limit)) { channel.close(promise: nil) }
        defer { cut.cancel() }
        try await write(buffer)
    }

    package mutating func write(_ buffer: ByteBuffer) async throws {
        try await unsafe writer.write(buffer)
    }

    consuming func finish() async throws {
        try await unsafe writer.finish(nil)
    }
}
