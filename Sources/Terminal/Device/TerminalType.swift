/// What `TERM` says.
package enum TerminalType {
    /// Whether the terminal only prints letters: it is called dumb, or nobody said what it is.
    package static func isDumb(_ term: String?) -> Bool {
        term == nil || term == "" || term == "dumb"
    }
}
