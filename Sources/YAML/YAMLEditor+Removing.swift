// Removing an entry or elements: which bytes go with them.
extension YAMLEditor {
    mutating func removeEntry(at path: [String]) throws(YAMLEditError) {
        let owners = entries(along: Array(path.dropLast()))
        guard let key = path.last, let mapping = owners.last?.value ?? document.root,
            let entries = mapping.entries, let index = entries.firstIndex(where: { $0.key == key })
        else { return }
        if mapping.isFlow {
            let spans = entries.map { $0.keyStart.offset..<max($0.keyEnd.offset, $0.value.end.offset) }
            return try apply(patchesRemoving(index, of: spans), at: path)
        }
        var patches = [Patch(range: try linesRemoving(entries[index], at: path), text: "")]
        if entries.count == 1, let owner = owners.last {
            let colon = try colonEnd(of: owner, at: path)
            patches.append(Patch(range: colon..<colon, text: " {}"))
        }
        try apply(patches, at: path)
    }

    /// The lines of an entry in a block, with the comments that are in it by their indentation.
    private func linesRemoving(_ entry: YAMLEntry, at path: [String]) throws(YAMLEditError) -> Range<Int> {
        let end = max(entry.keyEnd.offset, entry.value.end.offset)
        var range = try wholeLines(entry.keyStart.offset..<end, at: path)
        if entry.value.scalar == nil && !entry.value.isFlow {
            let below = lines.skippingComments(
                from: range.upperBound, column: entry.keyStart.column + 1, overBlankLines: false)
            range = range.lowerBound..<below
        }
        return range
    }

    /// Removes the elements that are not among these, which are in the list's order.
    mutating func removeElements(otherThan values: [YAMLValue], at path: [String]) throws(YAMLEditError) {
        guard let list = entries(along: path).last?.value, let elements = list.elements else { return }
        var kept = values[...]
        var gone: [Int] = []
        for (index, element) in elements.enumerated() {
            if YAMLValue(element) == kept.first { kept.removeFirst() } else { gone.append(index) }
        }
        // From the last on, so that the places of those before stay true.
        for index in gone.reversed() {
            guard let list = entries(along: path).last?.value, let elements = list.elements else { return }
            let spans = elements.map { $0.start.offset..<$0.end.offset }
            let patches =
                list.isFlow
                ? patchesRemoving(index, of: spans) : [Patch(range: try item(spans[index], at: path), text: "")]
            try apply(patches, at: path)
        }
    }

    /// The lines of an item behind a dash.
    private func item(_ span: Range<Int>, at path: [String]) throws(YAMLEditError) -> Range<Int> {
        let start = lines.lineStart(of: span.lowerBound)
        let dash = lines.skippingBlanks(from: start)
        guard dash < span.lowerBound, bytes[dash] == UInt8(ascii: "-") else {
            throw .needsAHand(path: path, line: entries(along: path).last?.keyStart.line ?? 1)
        }
        guard lines.skippingBlanks(from: dash + 1) == span.lowerBound else {
            throw .needsAHand(path: path, line: entries(along: path).last?.keyStart.line ?? 1)
        }
        return start..<lines.nextLine(after: span.upperBound)
    }

    /// What goes with one of the things between brackets: itself and a comma, but no comment.
    private func patchesRemoving(_ index: Int, of spans: [Range<Int>]) -> [Patch] {
        let span = spans[index]
        let next = lines.skippingGap(from: span.upperBound)
        if next < bytes.count && bytes[next] == UInt8(ascii: ",") {
            guard next == span.upperBound else { return [removing(span), removing(next..<(next + 1))] }
            return [removing(span.lowerBound..<(next + 1))]
        }
        guard index > 0 else { return [removing(span)] }
        let comma = lines.skippingGap(from: spans[index - 1].upperBound)
        guard lines.skippingBlanks(from: comma + 1) == span.lowerBound else {
            return [removing(span), Patch(range: comma..<(comma + 1), text: "")]
        }
        return [Patch(range: comma..<span.upperBound, text: "")]
    }

    /// Takes the blanks behind along; and the line, where nothing else is in it.
    private func removing(_ span: Range<Int>) -> Patch {
        let start = lines.lineStart(of: span.lowerBound)
        let end = lines.skippingBlanks(from: span.upperBound)
        let isAlone = lines.skippingBlanks(from: start) == span.lowerBound
        if isAlone && end < bytes.count && TextLines.endsLine(bytes[end]) {
            return Patch(range: start..<lines.nextLine(after: end), text: "")
        }
        return Patch(range: span.lowerBound..<(end < bytes.count ? end : span.upperBound), text: "")
    }
}
