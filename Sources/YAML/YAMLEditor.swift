/// Changes single values of a YAML file and leaves every other byte of it as it is: comments, blank lines, order, quotes
/// and line ends.
///
/// After each change the file is read again, and the change only counts if the file then says what it was meant to.
/// Comments above an entry stay when it is removed, since only their writer knows what else they are about. What stands
/// in it, behind it, or right below it further to the right, goes with it.
package struct YAMLEditor: Sendable {
    /// The file as it is now.
    package private(set) var bytes: [UInt8]
    /// What it says now.
    package private(set) var document: YAMLDocument

    package init(_ bytes: [UInt8]) throws(YAMLError) {
        self.bytes = bytes
        document = try YAMLDocument(bytes)
    }

    /// Sets what is at a path of keys; mappings that are missing on the way are made.
    ///
    /// A mapping that takes a mapping's place is written into it, key by key, so that comments in it stay.
    ///
    /// - Throws: where it cannot be done; nothing has changed then.
    package mutating func set(_ value: YAMLValue, at path: [String]) throws(YAMLEditError) {
        try become(says.setting(value, at: path[...]), at: path) { (draft) throws(YAMLEditError) in
            try draft.write(value, at: path)
        }
    }

    /// Removes the entry at a path of keys.
    ///
    /// - Returns: false where there was none.
    package mutating func remove(at path: [String]) throws(YAMLEditError) -> Bool {
        guard let entry = entries(along: path).last, !path.isEmpty, entries(along: path).count == path.count else {
            return false
        }
        try become(says.removing(at: path[...]), at: path, line: entry.keyStart.line) { (draft) throws(YAMLEditError) in
            try draft.removeEntry(at: path)
        }
        return true
    }

    /// An empty file says nothing, which is an empty mapping's way to say it.
    private var says: YAMLValue {
        guard let root = document.root, !root.isNull else { return .mapping([]) }
        return YAMLValue(root)
    }

    private mutating func become(
        _ intended: YAMLValue, at path: [String], line: Int? = nil,
        by edit: (inout YAMLEditor) throws(YAMLEditError) -> Void
    ) throws(YAMLEditError) {
        let line = line ?? entries(along: path).last?.keyStart.line ?? 1
        var draft = self
        try edit(&draft)
        guard draft.says == intended else { throw .needsAHand(path: path, line: line) }
        self = draft
    }

    /// The entries that lead to a path, as far as they are there.
    func entries(along path: [String]) -> [YAMLEntry] {
        var found: [YAMLEntry] = []
        var node = document.root
        for key in path {
            guard let entry = node?.entry(key) else { break }
            found.append(entry)
            node = entry.value
        }
        return found
    }

    var lines: TextLines { TextLines(bytes) }

    var layout: YAMLLayout { YAMLLayout(step: document.root.flatMap(Self.step) ?? 2) }

    /// How far the first block within a block stands to the right of it.
    private static func step(of node: YAMLNode) -> Int? {
        guard !node.isFlow, let entries = node.entries else { return nil }
        for entry in entries where !entry.value.isFlow && entry.value.entries?.isEmpty == false {
            return max(entry.value.start.column - node.start.column, 1)
        }
        return nil
    }

    // MARK: - Bytes

    /// Bytes in place of others.
    struct Patch {
        var range: Range<Int>
        var text: String
    }

    /// Puts the patches in and reads the file again. They must not overlap.
    mutating func apply(_ patches: [Patch], at path: [String]) throws(YAMLEditError) {
        let line = entries(along: path).last?.keyStart.line ?? 1
        for patch in patches.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
            bytes.replaceSubrange(patch.range, with: Array(patch.text.utf8))
        }
        do {
            document = try YAMLDocument(bytes)
        } catch {
            throw .needsAHand(path: path, line: line)
        }
    }

    /// New lines at the beginning of a line, or at the end of the bytes.
    func inserting(_ texts: [String], at offset: Int) -> Patch {
        let isBehindLineEnd = offset == lines.start || TextLines.endsLine(bytes[offset - 1])
        return Patch(
            range: offset..<offset,
            text: (isBehindLineEnd ? "" : lines.lineEnd) + texts.map { $0 + lines.lineEnd }.joined())
    }
}
