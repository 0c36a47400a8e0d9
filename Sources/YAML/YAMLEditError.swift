/// Why a file was not changed.
package enum YAMLEditError: Error, Equatable, Sendable {
    /// Something stands on the way to the key that has no keys. The line counts from 1.
    case notAMapping(path: [String], line: Int)
    /// The file is written in a way in which only a person can change it and keep the rest as it is. The line is the
    /// one that would be changed.
    case needsAHand(path: [String], line: Int)
}
