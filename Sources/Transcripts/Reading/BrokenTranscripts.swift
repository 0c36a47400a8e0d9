/// What keeps the rest of a file from being read: behind it nobody can tell where the next chat begins.
package struct BrokenTranscripts: Error, Equatable {
    /// Where, as a person would look for it: `line 17`; empty for the file as a whole.
    package var position: String
    package var reason: String

    package init(position: String = "", reason: String) {
        self.position = position
        self.reason = reason
    }
}
