/// Something that a check of the database found.
package struct DatabaseFinding: Equatable, Sendable {
    package enum Severity: String, Sendable {
        /// The file is not as it should be.
        case damage
        /// Worth knowing; nothing is wrong with the file.
        case note
    }

    package var severity: Severity
    /// A short word that programs can compare.
    package var code: String
    package var message: String
    /// What to do about it.
    package var advice: String
}
