internal import JSON

/// Which page of a list is asked for: `limit`, `order`, `after`.
struct PageQuery: Equatable, Sendable {
    enum Order: String {
        case ascending = "asc"
        case descending = "desc"
    }

    /// 1 to 100.
    var limit: Int
    var order: Order
    /// The id of the last one seen; nil for the beginning.
    var after: String?

    /// - Throws: ``ServiceError`` where one of them cannot be.
    init(_ query: QueryItems) throws(ServiceError) {
        limit = 20
        if let text = query["limit"] {
            guard let number = Int(text) else { throw .wrongType(of: "limit", wanted: "a whole number") }
            guard (1...100).contains(number) else { throw .outOfRange("limit", 1...100) }
            limit = number
        }
        order = .descending
        if let text = query["order"] {
            guard let known = Order(rawValue: text) else {
                throw .wrongValue(of: "order", wanted: "'asc' or 'desc'")
            }
            order = known
        }
        after = query["after"]
    }

    /// The page of a list that is here whole, oldest first.
    ///
    /// - Throws: ``ServiceError`` where `after` is none of it: an empty page would look like the end.
    func page<Element>(of whole: [Element], named name: (Element) -> String) throws(ServiceError) -> ([Element], Bool) {
        let ordered = order == .ascending ? whole : whole.reversed()
        var rest = ordered[...]
        if let after {
            guard let index = ordered.firstIndex(where: { name($0) == after }) else { throw .unknownCursor(after) }
            rest = ordered[(index + 1)...]
        }
        return (Array(rest.prefix(limit)), rest.count > limit)
    }
}

extension ServiceError {
    static func unknownCursor(_ after: String) -> ServiceError {
        wrongValue(of: "after", wanted: "the id of one of this list, and '\(after)' is none")
    }
}

extension JSONWriter {
    /// `{"object":"list",…}`
    ///
    /// - Parameters:
    ///   - name: What an element is called.
    ///   - hasMore: There is at least one behind the last of them.
    mutating func page<Element>(
        of elements: [Element], hasMore: Bool, named name: (Element) -> String,
        _ write: (inout JSONWriter, Element) -> Void
    ) {
        object { json in
            json.member("object", "list")
            json.array("data") { json in
                for element in elements { write(&json, element) }
            }
            json.memberOrNull("first_id", elements.first.map(name))
            json.memberOrNull("last_id", elements.last.map(name))
            json.member("has_more", hasMore)
        }
    }
}
