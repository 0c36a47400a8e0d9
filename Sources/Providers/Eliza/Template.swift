extension Eliza {
    /// A sentence with places in it: `What would {2} change?`
    struct Template: Equatable, Sendable {
        enum Part: Equatable, Sendable {
            case text(String)
            /// What the numbered element caught; the first one is 1.
            case segment(Int)
        }

        let source: String
        let parts: [Part]

        init(_ source: String) {
            self.source = source
            var parts: [Part] = []
            for piece in source.split(separator: "{", omittingEmptySubsequences: false) {
                guard let brace = piece.firstIndex(of: "}"), let number = Int(piece[..<brace]) else {
                    parts.append(.text(String(piece)))
                    continue
                }
                parts += [.segment(number), .text(String(piece[piece.index(after: brace)...]))]
            }
            self.parts = parts.filter { $0 != .text("") }
        }

        /// The sentence with its places filled; a cut echo that ends a sentence takes the place of the full stop.
        func filled(with segments: [String]) -> String {
            var sentence = ""
            for part in parts {
                switch part {
                case .segment(let number): sentence += segments[number - 1]
                case .text(let text) where text.hasPrefix(".") && sentence.hasSuffix("…"): sentence += text.dropFirst()
                case .text(let text): sentence += text
                }
            }
            return sentence
        }
    }
}
