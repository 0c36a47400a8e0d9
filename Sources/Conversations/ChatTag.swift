/// Tags as people give them.
package enum ChatTag {
    /// The most characters a tag has.
    package static let maximumLength = 64

    /// The tag without the space around it.
    ///
    /// - Throws: ``ChatLabelError`` where nothing is left, or it is too long, or not one line of plain characters.
    package static func given(_ text: String) throws(ChatLabelError) -> String {
        let tag = text.trimmingSpace
        guard !tag.isEmpty else { throw .emptyTag }
        guard tag.count <= maximumLength else { throw .longTag(tag, limit: maximumLength) }
        guard !tag.unicodeScalars.contains(where: isControl) else { throw .tagOfControls(tag) }
        return tag
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}

extension String {
    /// Without white space at its ends.
    var trimmingSpace: String {
        let start = drop(while: \.isWhitespace)
        return start.lastIndex { !$0.isWhitespace }.map { String(start[...$0]) } ?? ""
    }
}
