import JSON

/// One event as AI Engine writes it: `{"type":…,"data":…,"subtype":…}`, and more that says nothing to us.
struct AIEngineMessage {
    enum Kind {
        case live, end, error, other
    }

    private(set) var kind = Kind.other
    private let reader: JSONReader
    private var dataString: JSONString?
    private var subtypeString: JSONString?

    /// Nil where the bytes do not begin with an object that has a type.
    ///
    /// - Parameter mayTrail: Whether something else may follow the object.
    init?(_ bytes: ArraySlice<UInt8>, mayTrail: Bool) {
        var reader = JSONReader(bytes)
        var type: JSONString?
        do {
            try reader.beginObject()
            while let key = try reader.nextKey() {
                guard try reader.kind() == .string else {
                    try reader.skip()
                    continue
                }
                let value = try reader.string()
                if reader.matches(key, "data") {
                    dataString = value
                } else if reader.matches(key, "type") {
                    type = value
                } else if reader.matches(key, "subtype") {
                    subtypeString = value
                }
            }
            if !mayTrail { try reader.end() }
        } catch {
            // Broken JSON is nothing to stop at: what counts is whether the stream gets to its end.
            return nil
        }
        guard let type else { return nil }
        self.reader = reader
        if reader.matches(type, "live") {
            kind = .live
        } else if reader.matches(type, "end") {
            kind = .end
        } else if reader.matches(type, "error") {
            kind = .error
        }
    }

    /// The data, where it is a string.
    var text: String? { dataString.map(reader.text) }

    /// The same as bytes: JSON within JSON.
    var contents: [UInt8]? { dataString.map(reader.contents) }

    /// What kind of note it is; nil for text of the reply.
    var noteSubtype: String? {
        guard let subtypeString, !reader.matches(subtypeString, "content") else { return nil }
        return reader.text(of: subtypeString)
    }
}
