private import Glibc
internal import JSON

/// Cuts a file of Parley's JSON into its chats, one after the other, holding no more than one of them: a document with an
/// envelope or a bare list, a chat a line, or one chat.
struct JSONRecords {
    /// Where a chat is: the first so many of the bytes that the window holds.
    struct Record {
        var length: Int
        /// Counted from 1.
        var number: Int
        var line: Int

        var position: String { "chat \(number) (line \(line))" }
    }

    private enum Form {
        case unknown
        /// A chat a line.
        case lines
        /// The chats of a list, in an envelope or without.
        case list(isFirst: Bool, isInEnvelope: Bool)
        /// Chats with white space between them.
        case sequence
        case ended
    }

    private(set) var window: ByteWindow
    private var form = Form.unknown
    private var envelope = TranscriptEnvelope()
    private var number = 0
    private var line = 1
    /// Of the record that was given last, which is still held.
    private var length = 0

    init(_ window: ByteWindow) {
        self.window = window
    }

    /// - Throws: ``BrokenTranscripts`` where nobody can tell where the next chat begins.
    mutating func next() throws -> Record? {
        pass(length)
        length = 0
        if case .unknown = form { form = try foundForm() }
        let found: Int?
        switch form {
        case .unknown, .ended: found = nil
        case .lines: found = try nextLine()
        case .list(let isFirst, let isInEnvelope): found = try nextElement(isFirst, isInEnvelope)
        case .sequence: found = try firstByte() == nil ? nil : wholeExtent()
        }
        guard let found else {
            form = .ended
            return nil
        }
        number += 1
        length = found
        return Record(length: found, number: number, line: line)
    }

    // MARK: - What it is

    private mutating func foundForm() throws -> Form {
        if try byte(at: 2) != nil, window.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { window.drop(3) }
        switch try firstByte() {
        case nil: return .ended
        case UInt8(ascii: "["):
            pass(1)
            return .list(isFirst: true, isInEnvelope: false)
        case UInt8(ascii: "{"): return try foundFormOfObject()
        default: return .lines
        }
    }

    private mutating func foundFormOfObject() throws -> Form {
        var scan = EnvelopeScan()
        while true {
            switch try scan.look(at: window.bytes, into: &envelope) {
            case .more:
                guard try extendMuch() else { return scan.hasLines ? .sequence : .lines }
            case .lines: return .lines
            case .sequence: return .sequence
            case .envelope(let length):
                try envelope.check()
                pass(length)
                return .list(isFirst: true, isInEnvelope: true)
            }
        }
    }

    // MARK: - One after the other

    /// The length of the next line that is not blank.
    private mutating func nextLine() throws -> Int? {
        guard try firstByte() != nil else { return nil }
        var looked = 0
        while true {
            if let length = unsafe window.bytes.dropFirst(looked).withUnsafeBytes({ unsafe Self.newline(in: $0) }) {
                return looked + length
            }
            looked = window.count
            guard try window.extend() else { return window.count }
        }
    }

    private static func newline(in raw: UnsafeRawBufferPointer) -> Int? {
        guard let base = raw.baseAddress, let found = unsafe memchr(base, 0x0A, raw.count) else { return nil }
        return unsafe UnsafeRawPointer(found) - base
    }

    private mutating func nextElement(_ isFirst: Bool, _ isInEnvelope: Bool) throws -> Int? {
        guard let byte = try firstByte() else { throw broken("it ends before its list of chats does") }
        if byte == UInt8(ascii: "]") {
            pass(1)
            if isInEnvelope { try readRestOfEnvelope() }
            guard try firstByte() == nil else { throw broken("something follows where it should end") }
            return nil
        }
        if !isFirst {
            guard byte == UInt8(ascii: ",") else { throw broken("there is no comma between two chats") }
            pass(1)
            guard try firstByte() != nil else { throw broken("it ends before its list of chats does") }
        }
        form = .list(isFirst: false, isInEnvelope: isInEnvelope)
        return try wholeExtent()
    }

    private mutating func wholeExtent() throws -> Int {
        let length = try extent()
        guard length > 0 else { throw broken("there is no chat where one should be") }
        return length
    }

    /// The length of the value that begins here.
    private mutating func extent() throws -> Int {
        var extent = JSONExtent()
        var looked = 0
        while true {
            if let length = extent.length(in: window.bytes, besides: looked) { return length }
            looked = window.count
            guard try window.extend() else { throw broken("it ends in the middle of chat \(number + 1)") }
        }
    }

    /// The members behind the list of chats, up to the document's end.
    private mutating func readRestOfEnvelope() throws {
        while let byte = try firstByte() {
            pass(1)
            if byte == UInt8(ascii: "}") { return try envelope.check() }
            guard byte == UInt8(ascii: ","), try firstByte() == UInt8(ascii: "\"") else { break }
            let key = try extent()
            let keyBytes = Array(window.bytes.prefix(key))
            pass(key)
            guard try firstByte() == UInt8(ascii: ":") else { break }
            pass(1)
            _ = try firstByte()
            let value = try extent()
            envelope.take(key: keyBytes[...], value: window.bytes.prefix(value))
            pass(value)
        }
        throw broken("its envelope does not end as it should")
    }

    // MARK: - Bytes

    /// The first byte that is no white space, all before it passed over; nil at the end.
    private mutating func firstByte() throws -> UInt8? {
        while true {
            let blanks = window.bytes.prefix { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }.count
            pass(blanks)
            if let byte = window.bytes.first { return byte }
            guard try window.extend() else { return nil }
        }
    }

    private mutating func byte(at index: Int) throws -> UInt8? {
        while window.count <= index {
            guard try window.extend() else { return nil }
        }
        return window.bytes[window.bytes.startIndex + index]
    }

    /// Holds twice as much, or all there is.
    private mutating func extendMuch() throws -> Bool {
        let wanted = window.count * 2
        var hasGrown = false
        while window.count < wanted, try window.extend() { hasGrown = true }
        return hasGrown
    }

    private mutating func pass(_ count: Int) {
        var newlines = 0
        for byte in window.bytes.prefix(count) where byte == 0x0A { newlines += 1 }
        line += newlines
        window.drop(count)
    }

    private func broken(_ reason: String) -> BrokenTranscripts {
        BrokenTranscripts(position: "line \(line)", reason: reason)
    }
}

extension JSONExtent {
    /// - Parameter looked: How many of the bytes have been looked at before.
    fileprivate mutating func length(in bytes: ArraySlice<UInt8>, besides looked: Int) -> Int? {
        end(in: bytes, from: bytes.startIndex + looked).map { $0 - bytes.startIndex }
    }
}
