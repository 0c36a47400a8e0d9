extension Sequence<String> {
    /// Tags as a chat has them: each once, in the order of their bytes.
    var inTagOrder: [String] {
        Set(self).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
