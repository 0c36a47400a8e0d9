/// A message's text as it stands in a Markdown file, and back.
///
/// It stands there as it is, with four exceptions, each undone when it is read: what looks like one of our markers gets a
/// backslash, a fence left open is closed, CR LF is LF where all line ends are, and other controls are shown as their
/// pictures, while the marker has the text.
enum MarkdownBody {
    // MARK: - Writing

    /// What has to be done to the text.
    static func notes(on text: borrowing Span<UInt8>) -> MarkdownBodyNotes {
        var notes = MarkdownBodyNotes()
        var returns = 0
        var bareFeeds = 0
        for index in 0..<text.count {
            let byte = text[index]
            guard byte < 0x20 || byte == 0x7F else { continue }
            switch byte {
            case UInt8(ascii: "\n"):
                if index == 0 || text[index - 1] != UInt8(ascii: "\r") { bareFeeds += 1 }
            case UInt8(ascii: "\r"):
                returns += 1
                if index + 1 == text.count || text[index + 1] != UInt8(ascii: "\n") { notes.needsOriginal = true }
            case UInt8(ascii: "\t"): break
            default: notes.needsOriginal = true
            }
        }
        if returns > 0, bareFeeds > 0 { notes.needsOriginal = true }
        notes.hasReturns = returns > 0 && !notes.needsOriginal
        return notes
    }

    /// Adds the text, and notes the fence that had to be closed.
    static func append(
        _ text: borrowing Span<UInt8>, hasReturns: Bool, notes: inout MarkdownBodyNotes, to bytes: inout [UInt8]
    ) {
        var fences = CodeFences()
        var start = 0
        while start < text.count {
            let end = text.endOfLine(from: start)
            _ = fences.receive(text, start..<end)
            if isLikeMarker(text, at: start) { bytes.append(UInt8(ascii: "\\")) }
            let isFeed = end < text.count
            bytes.append(text, start..<(hasReturns && isFeed ? end - 1 : end))
            if isFeed { bytes.append(UInt8(ascii: "\n")) }
            start = end + 1
        }
        guard let closing = fences.closingLine else { return }
        notes.fence = closing
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: closing)
    }

    /// Whether a marker stands here, or one behind backslashes.
    private static func isLikeMarker(_ text: borrowing Span<UInt8>, at start: Int) -> Bool {
        var index = start
        while index < text.count, text[index] == UInt8(ascii: "\\") { index += 1 }
        return index < text.count && text[index] == UInt8(ascii: "<") && text.holds(MarkdownMarker.beginning, at: index)
    }

    // MARK: - Reading

    /// The text of what stands in the file between a message's heading and the next marker.
    ///
    /// - Parameter original: The text as the marker has it: it counts unless what stands in the file was edited.
    /// - Returns: nil where it is no UTF-8.
    static func text(of body: ArraySlice<UInt8>, notes: MarkdownBodyNotes, original: String?) -> String? {
        var body = body
        // One blank line before the text, the text's last line end and one blank line are the file's.
        if body.first == UInt8(ascii: "\n") { body.removeFirst() }
        for _ in 0..<2 where body.last == UInt8(ascii: "\n") { body.removeLast() }
        if let fence = notes.fence, body.hasSuffix([UInt8(ascii: "\n")] + fence) { body.removeLast(fence.count + 1) }
        let bytes = unmarked(body, hasReturns: notes.hasReturns)
        guard var original else { return String(validating: bytes, as: UTF8.self) }
        original.makeContiguousUTF8()
        return ControlPictures.picture(of: original.utf8.span) == bytes
            ? original : String(validating: bytes, as: UTF8.self)
    }

    private static func unmarked(_ body: ArraySlice<UInt8>, hasReturns: Bool) -> [UInt8] {
        let text = body.span
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var start = 0
        while start < text.count {
            let end = text.endOfLine(from: start)
            let isEscaped = text[start] == UInt8(ascii: "\\") && isLikeMarker(text, at: start)
            bytes.append(text, (isEscaped ? start + 1 : start)..<end)
            if end < text.count { bytes.append(contentsOf: hasReturns ? [0x0D, 0x0A] : [0x0A]) }
            start = end + 1
        }
        return bytes
    }
}

extension ArraySlice<UInt8> {
    fileprivate func hasSuffix(_ suffix: [UInt8]) -> Bool {
        count >= suffix.count && self.suffix(suffix.count).elementsEqual(suffix)
    }
}
