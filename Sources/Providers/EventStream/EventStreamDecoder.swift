/// Server-sent events out of bytes that come in any pieces: hand bytes in, then ask for events until there are no more.
///
/// It follows <https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream>, and is made for
/// streams that others print into. It differs in this:
/// - a stream that ends without a blank line still gives its last event;
/// - a line that is no field is passed over and remembered, in `noise`;
/// - noise in front of `data:` on its line is cut off if an object follows;
/// - an event without any data is not given: no provider says anything by it.
///
/// Memory is linear in the longest event, and work in the bytes, however they are cut.
package struct EventStreamDecoder: Sendable {
    /// How much of the noise is remembered, in bytes.
    package static let noiseLimit = 4096

    /// The most bytes of a line, and of an event's data.
    package let lineLimit: Int
    /// A line of data has come, empty or not.
    package private(set) var hasData = false
    /// The first of what was no field, its lines joined by line feeds.
    package private(set) var noise: [UInt8] = []

    private enum EventData {
        case none
        /// One line, still in the buffer.
        case line(Range<Int>)
        case lines([UInt8])

        var count: Int {
            switch self {
            case .none: 0
            case .line(let range): range.count
            case .lines(let bytes): bytes.count
            }
        }
    }

    private var buffer: [UInt8] = []
    private var lineStart = 0
    private var searched = 0  // no line ends between the line's start and here
    private var isAtStart = true
    private var isAfterReturn = false  // a line feed that comes next belongs to the line before
    private var isFinished = false
    private var isBroken = false
    private var data = EventData.none
    private var name = ""

    package init(lineLimit: Int) {
        self.lineLimit = lineLimit
    }

    /// Takes the next bytes of the stream.
    package mutating func receive(_ bytes: Span<UInt8>) {
        guard !isFinished, !isBroken else { return }
        if case .line(let range) = data { data = .lines(Array(buffer[range])) }
        if lineStart == buffer.count {
            buffer.removeAll(keepingCapacity: true)
        } else {
            buffer.removeSubrange(..<lineStart)
        }
        searched -= lineStart
        lineStart = 0
        unsafe bytes.withUnsafeBufferPointer { unsafe buffer.append(contentsOf: $0) }
    }

    /// No more bytes will come.
    package mutating func finish() {
        isFinished = true
    }

    /// The next event; nil where more bytes are needed or, after ``finish()``, where there are no more.
    ///
    /// - Throws: where a line or an event is longer than the limit; all events before it have been given then, and
    ///   none comes after it.
    package mutating func next() throws(LimitExceeded) -> EventStreamEvent? {
        while let line = try nextLine() {
            switch EventStreamField(line, of: buffer) {
            case .blank:
                if let event = takeEvent() { return event }
            case .data(let value): try add(value)
            case .event(let value): name = String(decoding: buffer[value], as: UTF8.self)
            case .ignored: break
            case .noise: remember(line)
            }
        }
        return isFinished ? takeEvent() : nil
    }

    // MARK: - Lines

    /// The next line without its end, as a range of the buffer.
    private mutating func nextLine() throws(LimitExceeded) -> Range<Int>? {
        if isAfterReturn, lineStart < buffer.count {
            isAfterReturn = false
            if buffer[lineStart] == UInt8(ascii: "\n") { lineStart += 1 }
        }
        var start = lineStart
        let end = Self.firstLineEnd(in: buffer, from: max(searched, lineStart))
        searched = end
        guard !isBroken, end - start <= lineLimit else {
            isBroken = true
            throw LimitExceeded(part: .line, limit: lineLimit)
        }
        if end < buffer.count {
            isAfterReturn = buffer[end] == UInt8(ascii: "\r")
            lineStart = end + 1
        } else {
            guard isFinished, start < end else { return nil }
            lineStart = end
        }
        if isAtStart {
            isAtStart = false
            if buffer[start..<end].starts(with: [0xEF, 0xBB, 0xBF]) { start += 3 }
        }
        return start..<end
    }

    /// The index of the first CR or LF at or behind `start`; the count where there is none.
    private static func firstLineEnd(in bytes: [UInt8], from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        return unsafe bytes.withUnsafeBytes { bytes in
            var index = start
            // Eight at a time; the lowest mark is right: https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord
            while index + 8 <= bytes.count {
                let word = unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                let lineFeed = word ^ 0x0A0A_0A0A_0A0A_0A0A
                let carriageReturn = word ^ 0x0D0D_0D0D_0D0D_0D0D
                let found = (lineFeed &- ones) & ~lineFeed | (carriageReturn &- ones) & ~carriageReturn
                let marks = found & 0x8080_8080_8080_8080
                if marks != 0 { return index + marks.trailingZeroBitCount / 8 }
                index += 8
            }
            while index < bytes.count {
                let byte = unsafe bytes[index]
                if byte == 0x0A || byte == 0x0D { break }
                index += 1
            }
            return index
        }
    }

    private mutating func remember(_ line: Range<Int>) {
        let room = Self.noiseLimit - noise.count
        guard room > 0 else { return }
        noise += buffer[line].prefix(room - 1)
        noise.append(UInt8(ascii: "\n"))
    }

    // MARK: - Events

    private mutating func add(_ value: Range<Int>) throws(LimitExceeded) {
        hasData = true
        if case .none = data {
            data = .line(value)
            return
        }
        guard data.count + 1 + value.count <= lineLimit else {
            isBroken = true
            throw LimitExceeded(part: .line, limit: lineLimit)
        }
        var lines: [UInt8] = []
        switch data {
        case .none: break
        case .line(let range): lines = Array(buffer[range])
        case .lines(let bytes): lines = bytes
        }
        data = .none  // so that the bytes have one owner, and are not copied with each line
        lines.append(UInt8(ascii: "\n"))
        lines += buffer[value]
        data = .lines(lines)
    }

    private mutating func takeEvent() -> EventStreamEvent? {
        defer {
            data = .none
            name = ""
        }
        let bytes: ArraySlice<UInt8>
        switch data {
        case .none: return nil
        case .line(let range): bytes = buffer[range]
        case .lines(let lines): bytes = lines[...]
        }
        return bytes.isEmpty ? nil : EventStreamEvent(name: name.isEmpty ? "message" : name, data: bytes)
    }
}
