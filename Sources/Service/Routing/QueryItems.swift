/// What stands behind the question mark of an address: names and values, decoded, in their order.
package struct QueryItems: Equatable, Sendable {
    private var items: [(name: String, value: String)] = []

    /// - Parameter text: As it stands in the address, without the question mark. Of what is no percent-encoding, each byte
    ///   stands for itself.
    package init(_ text: Substring) {
        for part in text.utf8.split(separator: UInt8(ascii: "&")) {
            let pair = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            items.append((PercentEncoding.form(pair[0]), pair.count > 1 ? PercentEncoding.form(pair[1]) : ""))
        }
    }

    /// The last value of this name; nil where there is none.
    package subscript(_ name: String) -> String? { items.last { $0.name == name }?.value }

    package var names: [String] { items.map(\.name) }

    package static func == (one: QueryItems, other: QueryItems) -> Bool {
        one.items.elementsEqual(other.items, by: ==)
    }
}
