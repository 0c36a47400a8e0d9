// What others wrote, as HTML that means itself and nothing else.

extension [UInt8] {
    /// Adds text for the contents of an element, or for an attribute's value between quotation marks: what HTML would take
    /// for its own is escaped, CR LF and CR are a line feed, and other control characters their pictures.
    mutating func append(html text: borrowing Span<UInt8>, _ range: Range<Int>) {
        var start = range.lowerBound
        for index in range {
            let byte = text[index]
            guard byte.needsCareInHTML else { continue }
            append(text, start..<index)
            start = index + 1
            switch byte {
            case UInt8(ascii: "&"): append("&amp;")
            case UInt8(ascii: "<"): append("&lt;")
            case UInt8(ascii: ">"): append("&gt;")
            case UInt8(ascii: "\""): append("&quot;")
            case UInt8(ascii: "'"): append("&#39;")
            case UInt8(ascii: "\r"):
                if index + 1 == text.count || text[index + 1] != UInt8(ascii: "\n") { append(UInt8(ascii: "\n")) }
            default: ControlPictures.append(byte, to: &self)
            }
        }
        append(text, start..<range.upperBound)
    }

    mutating func append(html text: String) {
        var text = text
        text.makeContiguousUTF8()
        let span = text.utf8.span
        append(html: span, 0..<span.count)
    }

    /// Adds a message's text: blocks of code between fences are set off as such, inline code is marked, and all else stays
    /// as it is, in lines.
    mutating func append(htmlBlocks text: borrowing Span<UInt8>) {
        var fences = CodeFences()
        var begun: Int?  // where the text began that has not been written yet
        var start = 0
        while start < text.count {
            let end = text.endOfLine(from: start)
            let line = fences.receive(text, start..<end)
            switch line {
            case .text, .textAfterList:
                if line == .textAfterList { append("</code></pre>\n") }
                if begun == nil { begun = start }
            case .opening, .openingAfterList:
                if line == .openingAfterList { append("</code></pre>\n") }
                append(htmlParagraphs: text, (begun ?? start)..<start)
                begun = nil
                append("<pre><code>")
            case .code:
                let indentation = fences.open?.indentation ?? 0
                var first = start
                while first < end, first < start + indentation, text[first] == UInt8(ascii: " ") { first += 1 }
                append(html: text, first..<end)
                append("\n")
            case .closing: append("</code></pre>\n")
            }
            start = end + 1
        }
        if let begun { append(htmlParagraphs: text, begun..<text.count) }
        if fences.open != nil { append("</code></pre>\n") }
    }

    /// Adds a piece of text that is no block of code, without the blank lines around it.
    private mutating func append(htmlParagraphs text: borrowing Span<UInt8>, _ range: Range<Int>) {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, text[start] == UInt8(ascii: "\n") || text[start] == UInt8(ascii: "\r") { start += 1 }
        while start < end, text[end - 1] == UInt8(ascii: "\n") || text[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        guard start < end else { return }
        append("<div class=\"text\" dir=\"auto\">")
        var line = start
        while line < end {
            let lineEnd = Swift.min(text.endOfLine(from: line), end)
            append(htmlLine: text, line..<lineEnd)
            if lineEnd < end { append("\n") }
            line = lineEnd + 1
        }
        append("</div>\n")
    }

    /// Adds a line: what stands between two runs of as many backticks is code.
    private mutating func append(htmlLine text: borrowing Span<UInt8>, _ line: Range<Int>) {
        var start = line.lowerBound
        var index = start
        var runs = BacktickRuns()
        while index < line.upperBound {
            guard text[index] == UInt8(ascii: "`") else {
                index += 1
                continue
            }
            let run = runs.end(of: text, from: index, in: line)
            guard let closing = runs.closing(of: run - index, in: text, from: run, line) else {
                index = run
                continue
            }
            append(html: text, start..<index)
            append("<code>")
            append(html: text, run..<closing)
            append("</code>")
            index = closing + (run - index)
            start = index
        }
        append(html: text, start..<line.upperBound)
    }
}

/// Finds the ends of inline code in a line, looking for each length once where there is none.
private struct BacktickRuns {
    private var missing: Set<Int> = []

    func end(of text: borrowing Span<UInt8>, from start: Int, in line: Range<Int>) -> Int {
        var index = start
        while index < line.upperBound, text[index] == UInt8(ascii: "`") { index += 1 }
        return index
    }

    /// Where the next run of just this length begins; nil where there is none on the line.
    mutating func closing(
        of length: Int, in text: borrowing Span<UInt8>, from start: Int, _ line: Range<Int>
    ) -> Int? {
        if missing.contains(length) { return nil }
        var index = start
        while index < line.upperBound {
            guard text[index] == UInt8(ascii: "`") else {
                index += 1
                continue
            }
            let end = end(of: text, from: index, in: line)
            if end - index == length { return index }
            index = end
        }
        missing.insert(length)
        return nil
    }
}

extension UInt8 {
    fileprivate var needsCareInHTML: Bool {
        switch self {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): true
        default: isOddControl
        }
    }
}
