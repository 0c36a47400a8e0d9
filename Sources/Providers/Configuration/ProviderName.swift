/// What a provider may be called: it stands in lists, in the environment and in addresses.
package enum ProviderName {
    package static func isValid(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
    }

    /// What to tell those who chose another.
    package static let rule = "1 to 64 letters, digits, dots, - and _ make one"
}
