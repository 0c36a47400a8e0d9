/// Why bytes are no YAML of the kind that this room reads.
package struct YAMLError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Where it shows; both count from 1, columns in code points.
    package var line: Int
    package var column: Int
    /// What is wrong there, in plain words, and what to do where that is known.
    package var problem: String

    package init(line: Int, column: Int, problem: String) {
        self.line = line
        self.column = column
        self.problem = problem
    }

    package var description: String { "line \(line), column \(column): \(problem)" }
}
