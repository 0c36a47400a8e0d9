internal import JSON
internal import NIOCore

/// Server-sent events as bytes, as the standard clients take them: an optional name and one line of data. Fields that those
/// clients stumble over, `id` and `retry`, cannot be written.
///
/// It gathers the events that are there, so that they go out at once.
struct EventStreamWriter: Sendable {
    private var buffer = ByteBuffer()
    private var json = JSONWriter()

    /// Bytes that wait to be taken.
    var count: Int { buffer.readableBytes }

    /// An event whose data is the JSON value that the closure writes.
    mutating func event(_ name: StaticString? = nil, _ data: (inout JSONWriter) -> Void) {
        if let name {
            buffer.writeStaticString("event: ")
            buffer.writeStaticString(name)
            buffer.writeStaticString("\n")
        }
        buffer.writeStaticString("data: ")
        json.beginDocument()
        data(&json)
        json.handOver { buffer.write($0) }
        buffer.writeStaticString("\n\n")
    }

    /// An event that is known but for one text in it.
    ///
    /// - Parameters:
    ///   - start: From `data: ` on to the text's quotation mark.
    ///   - end: From the quotation mark behind it on, with the empty line that ends the event.
    mutating func event(_ start: [UInt8], text: String, _ end: [UInt8]) {
        buffer.writeBytes(start)
        json.addText(text)
        json.handOver { buffer.write($0) }
        buffer.writeBytes(end)
    }

    /// The standard's own mark that nothing follows.
    mutating func done() {
        buffer.writeStaticString("data: [DONE]\n\n")
    }

    /// A sign of life: a comment with one line end, since an empty line behind it would be an event without data.
    mutating func keepAlive() {
        buffer.writeStaticString(": keep-alive\n")
    }

    /// Hands over what has been written.
    mutating func take() -> ByteBuffer {
        let taken = buffer
        buffer.clear()
        return taken
    }
}

extension ByteBuffer {
    fileprivate mutating func write(_ bytes: Span<UInt8>) {
        _ = unsafe bytes.withUnsafeBytes { unsafe writeBytes($0) }
    }
}
