/// A place in a file.
package struct YAMLMark: Hashable, Sendable {
    /// In bytes from the file's first.
    package var offset: Int
    /// From 1.
    package var line: Int
    /// In code points, from 1.
    package var column: Int
}

/// A value as it stands in a file.
package struct YAMLNode: Equatable, Sendable {
    package enum Content: Equatable, Sendable {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        /// In the file's order; no key is there twice.
        case mapping([YAMLEntry])
    }

    package var content: Content
    /// Where its first byte is. Of a value that is left out: behind the colon or the dash.
    package var start: YAMLMark
    /// Behind its last byte; comments and line ends that follow do not count.
    package var end: YAMLMark
    /// It, or what it is made of, is written in brackets.
    package var isFlow: Bool
}

/// A text, a number, or whatever else one word is taken for.
package struct YAMLScalar: Equatable, Sendable {
    package enum Style: Equatable, Sendable {
        case plain, quoted
        /// Lines behind a `|` or a `>`.
        case block
    }

    /// As it reads, without quotes.
    package var text: String
    package var style: Style

    package init(text: String, style: Style) {
        self.text = text
        self.style = style
    }

    /// Whoever wrote it says that it is text: `"true"` is, `true` may be more than that.
    package var isPlain: Bool { style == .plain }

    /// Nothing is said: `~`, `null`, or no word at all.
    package var isNull: Bool { isPlain && ["", "~", "null", "Null", "NULL"].contains(text) }
}

/// A key of a mapping, and what it is set to.
package struct YAMLEntry: Equatable, Sendable {
    package var key: String
    package var keyStart: YAMLMark
    package var keyEnd: YAMLMark
    package var value: YAMLNode
}

extension YAMLNode {
    /// The entries of a mapping; nil for anything else.
    package var entries: [YAMLEntry]? {
        if case .mapping(let entries) = content { entries } else { nil }
    }

    package var elements: [YAMLNode]? {
        if case .sequence(let elements) = content { elements } else { nil }
    }

    package var scalar: YAMLScalar? {
        if case .scalar(let scalar) = content { scalar } else { nil }
    }

    /// What the mapping has under this key.
    package func entry(_ key: String) -> YAMLEntry? {
        entries?.first { $0.key == key }
    }

    package var isNull: Bool { scalar?.isNull ?? false }
}
