package import Conversations

/// Reads the Markdown that ``MarkdownTranscriptEncoder`` writes, edited by hand or not, a chat at a time.
package struct MarkdownTranscriptSource: TranscriptSource {
    private var lines: MarkdownLines
    private let now: Timestamp
    private var ids = DerivedChatIDs(source: "markdown")
    private var chatCount = 0
    /// The chat that was read last made no sense: what is left of it is passed over.
    private var isInBadChat = false
    /// Which message of the chat is being read; 0 before the first.
    private var messageNumber = 0

    package var bytesRead: Int { lines.bytesRead }

    /// - Parameter now: The time of what has none.
    package init(_ input: InputFile, now: Timestamp) throws {
        lines = MarkdownLines(ByteWindow(input))
        self.now = now
    }

    package mutating func next() throws -> Transcript? {
        if isInBadChat { try passBadChat() }
        guard try passBlankLines() else { return nil }
        chatCount += 1
        messageNumber = 0
        let start = lines.number
        do {
            return try chat()
        } catch let fault as MarkdownFault {
            isInBadChat = true
            var position = "chat \(chatCount) (line \(start))"
            if messageNumber > 0 { position += ", message \(messageNumber)" }
            if fault.line != start { position += messageNumber > 0 ? " (line \(fault.line))" : ", line \(fault.line)" }
            throw BadRecord(position: position, reason: fault.reason)
        }
    }

    // MARK: - Chats

    private mutating func chat() throws -> Transcript {
        var head = try chatHead()
        if head.title == nil { head.title = try heading() } else { _ = try heading() }
        var messages: [MarkdownMessage] = []
        var known: Set<Int> = []
        while try isAtMarker(MarkdownMarker.message) {
            let line = lines.number
            messageNumber += 1
            let message = try message(after: messages.last)
            guard message.seq > messages.last?.seq ?? 0 else {
                throw MarkdownFault(line, "its seq is \(message.seq), and has to be higher than that before it")
            }
            if let parent = message.parent, !known.contains(parent) {
                throw MarkdownFault(line, "it goes on from message \(parent), which does not stand before it")
            }
            known.insert(message.seq)
            messages.append(message)
        }
        guard try isAt(MarkdownMarker.wholeEnd) else {
            let isEnd = try lines.line() == nil
            throw MarkdownFault(
                lines.number,
                isEnd || messageNumber > 0
                    ? "the chat is not whole: \(MarkdownMarker.wholeEnd) is missing"
                    : "only the title may stand before the first <!-- parley:message … -->")
        }
        lines.pass()
        if let tip = head.head, !known.contains(tip) {
            throw MarkdownFault(lines.number - 1, "its head is message \(tip), which it does not have")
        }
        return head.transcript(with: messages, ids: &ids, now: now)
    }

    private mutating func chatHead() throws -> MarkdownChatHead {
        var head = MarkdownChatHead()
        let ending: StaticString
        if try isAtMarker(MarkdownMarker.chat) {
            ending = "-->"
        } else if try isAt("---") {
            ending = "---"
        } else {
            let line = lines.number
            lines.pass()
            throw MarkdownFault(line, "a chat begins with --- and its metadata, or with <!-- parley:chat")
        }
        lines.pass()
        while let line = try lines.line() {
            let number = lines.number
            if line.trimmed.elementsEqual("\(ending)".utf8) {
                lines.pass()
                try head.check(at: number)
                return head
            }
            guard !line.hasPrefix(MarkdownMarker.beginning) else { break }
            try head.receive(line, at: number)
            lines.pass()
        }
        throw MarkdownFault(lines.number, "its metadata have no end: \(ending) is missing")
    }

    /// Passes the title over, which stands behind the metadata for people, and gives it.
    private mutating func heading() throws -> String? {
        guard try passBlankLines(), let line = try lines.line(), line.first == UInt8(ascii: "#"),
            !line.hasPrefix("##")
        else { return nil }
        let title = MarkdownWords.text(ofLine: Substring(decoding: line.dropFirst().trimmed, as: UTF8.self))
        lines.pass()
        _ = try passBlankLines()
        return title
    }

    // MARK: - Messages

    private mutating func message(after previous: MarkdownMessage?) throws -> MarkdownMessage {
        let number = lines.number
        guard let line = try lines.line()?.trimmed, line.hasSuffix("-->") else {
            throw MarkdownFault(number, "its marker has to end in --> on the same line")
        }
        let json = line.dropFirst(MarkdownMarker.message.utf8CodeUnitCount).dropLast(3)
        var message = try MarkdownMessage(marker: json, at: number, after: previous)
        lines.pass()
        try passHeading(of: message.role)
        guard let content = MarkdownBody.text(of: try body()[...], notes: message.notes, original: message.original)
        else { throw MarkdownFault(number, "its text is no UTF-8") }
        message.content = content
        message.original = nil
        return message
    }

    /// Passes over the blank line and the heading before a message's text; only the blank line where there is no heading.
    private mutating func passHeading(of role: Role) throws {
        guard let first = try lines.line(), first.trimmed.isEmpty else { return try passHeadingLine(of: role) }
        lines.pass()
        try passHeadingLine(of: role)
    }

    private mutating func passHeadingLine(of role: Role) throws {
        let beginning = "## " + role.label
        guard let line = try lines.line()?.trimmed, line.starts(with: beginning.utf8) else { return }
        // A message's own first line may begin with the same word.
        let rest = line.dropFirst(beginning.utf8.count)
        if rest.isEmpty || rest.hasPrefix(" ·") || rest.hasPrefix(" (") { lines.pass() }
    }

    /// All lines up to the next marker, each with its end.
    private mutating func body() throws -> [UInt8] {
        var body: [UInt8] = []
        while let line = try lines.line(), !line.hasPrefix(MarkdownMarker.beginning) {
            body.append(contentsOf: line)
            body.append(UInt8(ascii: "\n"))
            lines.pass()
        }
        return body
    }

    // MARK: - Lines

    private mutating func isAtMarker(_ marker: StaticString) throws -> Bool {
        try lines.line()?.hasPrefix(marker) ?? false
    }

    private mutating func isAt(_ word: StaticString) throws -> Bool {
        try lines.line()?.trimmed.elementsEqual("\(word)".utf8) ?? false
    }

    /// - Returns: false at the end of the file.
    private mutating func passBlankLines() throws -> Bool {
        while let line = try lines.line() {
            guard line.trimmed.isEmpty else { return true }
            lines.pass()
        }
        return false
    }

    private mutating func passBadChat() throws {
        isInBadChat = false
        while let line = try lines.line() {
            if line.hasPrefix(MarkdownMarker.chat) { return }
            let isEnd = line.hasPrefix(MarkdownMarker.end)
            lines.pass()
            if isEnd { return }
        }
    }
}

/// What makes no sense in the file, and on which line.
struct MarkdownFault: Error {
    var line: Int
    var reason: String

    init(_ line: Int, _ reason: String) {
        self.line = line
        self.reason = reason
    }
}

extension ArraySlice<UInt8> {
    /// Without the blanks around it, and without a byte order mark before it.
    var trimmed: ArraySlice<UInt8> {
        var rest = self
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest.removeFirst(3) }
        while let byte = rest.first, byte == 0x20 || byte == 0x09 || byte == 0x0D { rest.removeFirst() }
        while let byte = rest.last, byte == 0x20 || byte == 0x09 || byte == 0x0D { rest.removeLast() }
        return rest
    }

    func hasPrefix(_ word: StaticString) -> Bool {
        guard count >= word.utf8CodeUnitCount else { return false }
        for index in 0..<word.utf8CodeUnitCount {
            guard self[startIndex + index] == (unsafe word.utf8Start[index]) else { return false }
        }
        return true
    }

    func hasSuffix(_ word: StaticString) -> Bool {
        count >= word.utf8CodeUnitCount && suffix(word.utf8CodeUnitCount).hasPrefix(word)
    }
}
