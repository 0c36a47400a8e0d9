/// How far an erasure has come.
package enum ErasureOutcome: Equatable, Sendable {
    /// Nothing of what was deleted is in the file or its log.
    case complete
    /// Other programs go on reading from the log: what was deleted may still be in it.
    case heldUp
    /// The file is large, or there is no room: fragments may be left on its pages until it is compacted.
    case leftToCompacting
}
