internal import JSON

/// Cuts a file that is one JSON list into its elements, one after the other, in memory for one of them.
///
/// Only strings and brackets are looked at, so that an element that makes no sense keeps nobody from the next. A file
/// that is no list is one element.
struct JSONElements {
    private(set) var window: ByteWindow
    private var state = State.beginning

    private enum State {
        case beginning, inList, atEnd
    }

    /// What one element may take.
    private static let maximumBytes = 1 << 30

    init(_ window: ByteWindow) {
        self.window = window
    }

    /// Reads the next element.
    ///
    /// - Parameter read: Is given the element's bytes, to be used at once.
    /// - Returns: nil behind the last element.
    /// - Throws: ``BrokenTranscripts`` where elements cannot be told apart any more; else what the reading throws.
    mutating func next<Element>(_ read: (ArraySlice<UInt8>) -> Element) throws -> Element? {
        switch state {
        case .beginning:
            if try window.byte(at: 2) != nil, window.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { window.drop(3) }
            switch try firstByte() {
            case UInt8(ascii: "["):
                window.drop(1)
                state = .inList
                if try firstByte() == UInt8(ascii: "]") { return try endList() }
            case UInt8(ascii: "{"): state = .atEnd
            case nil: throw BrokenTranscripts(reason: "there is nothing in it")
            default: throw BrokenTranscripts(reason: "it is not JSON")
            }
        case .inList:
            switch try firstByte() {
            case UInt8(ascii: "]"): return try endList()
            case UInt8(ascii: ","): window.drop(1)
            case nil: throw BrokenTranscripts(reason: "it ends before its list does")
            default: throw BrokenTranscripts(reason: "there is no comma between two of its elements")
            }
            _ = try firstByte()
        case .atEnd:
            guard try firstByte() == nil else {
                throw BrokenTranscripts(reason: "something follows behind its end")
            }
            return nil
        }
        let length = try elementLength()
        let element = read(window.bytes.prefix(length))
        window.drop(length)
        return element
    }

    private mutating func endList<Element>() throws -> Element? {
        window.drop(1)
        state = .atEnd
        return try next { _ in preconditionFailure("nothing follows a list") }
    }

    /// The first byte that is no white space, everything before it passed over; nil at the end.
    private mutating func firstByte() throws -> UInt8? {
        while let byte = try window.byte(at: 0) {
            guard [0x20, 0x09, 0x0A, 0x0D].contains(byte) else { return byte }
            let blanks = window.bytes.prefix { [0x20, 0x09, 0x0A, 0x0D].contains($0) }.count
            window.drop(blanks)
        }
        return nil
    }

    private mutating func elementLength() throws -> Int {
        var extent = JSONExtent()
        var looked = 0
        while true {
            let start = window.bytes.startIndex
            if let end = extent.end(in: window.bytes, from: start + looked) {
                guard end > start else { throw BrokenTranscripts(reason: "there is nothing between two commas") }
                return end - start
            }
            looked = window.count
            guard looked < Self.maximumBytes else {
                throw BrokenTranscripts(reason: "one of its elements is larger than \(Self.maximumBytes) bytes")
            }
            guard try window.extend() else { throw BrokenTranscripts(reason: "it ends in the middle of the next one") }
        }
    }
}

extension ByteWindow {
    /// The byte there, read if need be; nil behind the end.
    fileprivate mutating func byte(at index: Int) throws -> UInt8? {
        while count <= index {
            guard try extend() else { return nil }
        }
        return bytes[bytes.startIndex + index]
    }
}
