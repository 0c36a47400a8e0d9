// Setting a value: which bytes go, and which come in their place.
extension YAMLEditor {
    mutating func write(_ value: YAMLValue, at path: [String]) throws(YAMLEditError) {
        let found = entries(along: path)
        guard found.count < path.count else { return try replace(found, with: value, at: path) }
        let key = path[found.count]
        let new = YAMLValue.nested(value, under: path[(found.count + 1)...])
        guard let node = found.last?.value ?? document.root else {
            return try insertAtEnd(key, new, at: path)
        }
        if let entries = node.entries {
            let isInFlow = found.dropLast().contains { $0.value.isFlow } || document.root?.isFlow ?? false
            if let last = entries.last {
                try insert(key, new, into: node, after: last, at: path)
            } else if let owner = found.last, !isInFlow, !lines.contains("#", in: node.start.offset..<node.end.offset) {
                try replaceWithBlock(owner, .mapping([.init(key, new)]), at: path)
            } else {
                let inside = node.start.offset + 1
                try apply([Patch(range: inside..<inside, text: layout.inline(.init(key, new)))], at: path)
            }
        } else if node.isNull {
            guard found.isEmpty else { return try replace(found, with: .mapping([.init(key, new)]), at: path) }
            try insertAtEnd(key, new, at: path)
        } else {
            throw .notAMapping(path: Array(path.prefix(found.count)), line: node.start.line)
        }
    }

    private mutating func insertAtEnd(_ key: String, _ value: YAMLValue, at path: [String]) throws(YAMLEditError) {
        try apply([inserting(layout.lines(key, value, indentation: 0), at: bytes.count)], at: path)
    }

    /// A new entry behind the last one of a mapping.
    private mutating func insert(
        _ key: String, _ value: YAMLValue, into mapping: YAMLNode, after last: YAMLEntry, at path: [String]
    ) throws(YAMLEditError) {
        let end = max(last.keyEnd.offset, last.value.end.offset)
        if mapping.isFlow {
            return try apply([Patch(range: end..<end, text: ", " + layout.inline(.init(key, value)))], at: path)
        }
        let column = mapping.start.column
        // At the margin every comment that follows may be about what stands above it.
        let place = lines.skippingComments(
            from: lines.nextLine(after: end), column: column, overBlankLines: true)
        try apply([inserting(layout.lines(key, value, indentation: column - 1), at: place)], at: path)
    }

    // MARK: - In place of a value

    private mutating func replace(
        _ found: [YAMLEntry], with value: YAMLValue, at path: [String]
    ) throws(YAMLEditError) {
        guard let entry = found.last else {
            // The path is empty: the whole file is a mapping that is written over.
            guard case .mapping(let members) = value else { throw .notAMapping(path: [], line: 1) }
            return try write(members, at: path)
        }
        let old = entry.value
        // What says the same already stays as it is written.
        guard YAMLValue(old) != value else { return }
        let isInFlow = found.dropLast().contains { $0.value.isFlow } || document.root?.isFlow ?? false
        switch (old.content, value) {
        case (.mapping(let entries), .mapping(let members)) where !entries.isEmpty && !members.isEmpty:
            try write(members, at: path)
        case (.sequence(let elements), .sequence(let values)) where Self.isPart(values, of: elements):
            try removeElements(otherThan: values, at: path)
        case (_, .mapping(let members)) where !members.isEmpty && !isInFlow:
            try replaceWithBlock(entry, value, at: path)
        default:
            try replaceInLine(entry, layout.inline(value, inFlow: isInFlow), at: path)
        }
    }

    /// Writes a mapping over one that is there. The new keys come first, so that it is never empty.
    private mutating func write(_ members: [YAMLValue.Member], at path: [String]) throws(YAMLEditError) {
        let node = path.isEmpty ? document.root : entries(along: path).last?.value
        for member in members { try write(member.value, at: path + [member.key]) }
        for entry in node?.entries ?? [] where !members.contains(where: { $0.key == entry.key }) {
            try removeEntry(at: path + [entry.key])
        }
    }

    /// The values are some of the elements, in their order, and at least one.
    private static func isPart(_ values: [YAMLValue], of elements: [YAMLNode]) -> Bool {
        var rest = elements[...]
        for value in values {
            guard let index = rest.firstIndex(where: { YAMLValue($0) == value }) else { return false }
            rest = rest[(index + 1)...]
        }
        return !values.isEmpty
    }

    /// A text without line ends in place of a value.
    private mutating func replaceInLine(
        _ entry: YAMLEntry, _ text: String, at path: [String]
    ) throws(YAMLEditError) {
        let old = entry.value
        let span = old.start.offset..<old.end.offset
        if span.isEmpty || old.isBlockCollection {
            let colon = try colonEnd(of: entry, at: path)
            let insertion = Patch(range: colon..<colon, text: " " + text)
            guard !span.isEmpty else { return try apply([insertion], at: path) }
            try apply([insertion, Patch(range: try wholeLines(span, at: path), text: "")], at: path)
        } else {
            try keepHeaderComment(of: old, at: path)
            try apply([Patch(range: span, text: text)], at: path)
        }
    }

    /// A mapping as a block, below its key, in place of a value.
    private mutating func replaceWithBlock(
        _ entry: YAMLEntry, _ value: YAMLValue, at path: [String]
    ) throws(YAMLEditError) {
        guard case .mapping(let members) = value else { return }
        let old = entry.value
        let span = old.start.offset..<old.end.offset
        let indentation = entry.keyStart.column - 1 + layout.step
        let block = members.flatMap { layout.lines($0.key, $0.value, indentation: indentation) }
        if old.isBlockCollection {
            let gone = try wholeLines(span, at: path)
            let patch = inserting(block, at: gone.lowerBound)
            return try apply([Patch(range: gone, text: patch.text)], at: path)
        }
        try keepHeaderComment(of: old, at: path)
        let colon = try colonEnd(of: entry, at: path)
        // Comments below the key that stand to its right are in it.
        let place = lines.skippingComments(
            from: lines.nextLine(after: max(colon, span.upperBound)), column: entry.keyStart.column + 1,
            overBlankLines: true)
        var patches = [inserting(block, at: place)]
        if !span.isEmpty {
            // A value on a line of its own leaves none behind.
            guard lines.skippingBlanks(from: colon) == span.lowerBound else {
                throw .needsAHand(path: path, line: old.start.line)
            }
            patches.append(Patch(range: colon..<span.upperBound, text: ""))
        }
        try apply(patches, at: path)
    }

    // MARK: - Where things are

    /// Behind the colon after a key.
    func colonEnd(of entry: YAMLEntry, at path: [String]) throws(YAMLEditError) -> Int {
        let colon = lines.skippingBlanks(from: entry.keyEnd.offset)
        guard colon < bytes.count, bytes[colon] == UInt8(ascii: ":") else {
            throw .needsAHand(path: path, line: entry.keyStart.line)
        }
        return colon + 1
    }

    /// The lines that something takes up which shares them with nobody but a comment behind it.
    func wholeLines(_ span: Range<Int>, at path: [String]) throws(YAMLEditError) -> Range<Int> {
        let start = lines.lineStart(of: span.lowerBound)
        guard lines.skippingBlanks(from: start) == span.lowerBound else {
            throw .needsAHand(path: path, line: entries(along: path).last?.keyStart.line ?? 1)
        }
        return start..<lines.nextLine(after: span.upperBound)
    }

    /// Behind the `|` or `>` of a block of text a comment may stand, within the bytes of the value.
    private func keepHeaderComment(of node: YAMLNode, at path: [String]) throws(YAMLEditError) {
        guard node.scalar?.style == .block else { return }
        let header = node.start.offset..<min(lines.textEnd(of: node.start.offset), node.end.offset)
        guard !lines.contains("#", in: header) else { throw .needsAHand(path: path, line: node.start.line) }
    }
}

extension YAMLNode {
    /// It is a list or a mapping that lies over lines, without brackets.
    fileprivate var isBlockCollection: Bool { scalar == nil && !isFlow }
}
