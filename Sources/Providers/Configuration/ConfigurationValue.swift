/// A setting as it was written, before it means anything.
package enum ConfigurationValue: Equatable, Sendable {
    /// Words in quotes, or words that nobody takes for anything else.
    case text(String)
    /// A number or a truth value, as it was written: `8000`, `true`.
    case word(String)
    /// The key is there, and says nothing.
    case nothing
    case list([ConfigurationValue])
    case mapping([Member])

    package struct Member: Equatable, Sendable {
        package var key: String
        package var value: ConfigurationValue

        package init(_ key: String, _ value: ConfigurationValue) {
            self.key = key
            self.value = value
        }
    }
}

/// A setting that makes no sense. It never quotes what may be a secret.
package struct ConfigurationError: Error, Equatable, Sendable {
    /// The keys that lead to it, from the outermost.
    package var path: [String]
    /// `what is wrong: what to do`, to be read behind the path.
    package var problem: String

    package init(path: [String], problem: String) {
        self.path = path
        self.problem = problem
    }
}
