/// Readable text for what other tools keep in structures of their own.
enum ForeignText {
    /// A block of code as Markdown has it, between fences longer than any in it.
    static func code(_ text: String, language: String? = nil) -> String {
        let longest = text.utf8.split(omittingEmptySubsequences: true) { $0 != UInt8(ascii: "`") }.map(\.count).max()
        let fence = String(repeating: "`", count: max(3, (longest ?? 0) + 1))
        let end = text.utf8.last == UInt8(ascii: "\n") ? "" : "\n"
        return "\(fence)\(language ?? "")\n\(text)\(end)\(fence)"
    }

    /// What stands for something that is no text: `[image: cat.png]`.
    static func placeholder(_ kind: String, _ name: String?) -> String {
        guard let name, !name.isEmpty else { return "[\(kind)]" }
        return "[\(kind): \(name)]"
    }

    /// The texts that are not blank, one paragraph after the other; nil where there is none.
    static func joined(_ texts: [String?]) -> String? {
        let texts = texts.compactMap(\.self).filter { !isBlank($0) }
        return texts.isEmpty ? nil : texts.joined(separator: "\n\n")
    }

    static func isBlank(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy(\.properties.isWhitespace)
    }

    /// The text, where it is one with something in it.
    static func some(_ text: String?) -> String? {
        text.flatMap { isBlank($0) ? nil : $0 }
    }
}
