extension Notices {
    /// Looks at these providers count nowhere: they could not be written down.
    func tell(ofLooksNotKept providers: [String]) {
        notice(
            "what came of looking at \(providers.joined(separator: ", ")) could not be written down, and is not in the health "
                + "history: 'parley db check' looks at the file")
    }
}
