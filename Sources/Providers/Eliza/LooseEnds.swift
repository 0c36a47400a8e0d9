extension Eliza {
    /// Scalars at the ends of a word that would melt into the space before it or the full stop after it: combining
    /// marks without a letter, and the few letters that always stand before another one.
    enum LooseEnds {
        static func trimmed(_ word: String) -> String {
            var scalars = Substring(word).unicodeScalars
            while let first = scalars.first, !first.isASCII, " \(first)".count == 1 { scalars.removeFirst() }
            while let last = scalars.last, !last.isASCII, "\(last).".count == 1 { scalars.removeLast() }
            while scalars.first == "'" { scalars.removeFirst() }
            while scalars.last == "'" { scalars.removeLast() }
            return String(scalars)
        }
    }
}
