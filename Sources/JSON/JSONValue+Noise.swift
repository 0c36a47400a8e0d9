extension JSONValue {
    /// The first object in bytes that need be no JSON which has one of these keys: what a server meant to say, behind
    /// the warnings, pages and byte order marks that others printed around it.
    ///
    /// The time it takes is linear in the bytes: of objects that never end, no more than ``JSONReader/maximumDepth``
    /// can be begun in one another.
    package static func firstObject(in bytes: ArraySlice<UInt8>, having keys: [String]) -> JSONValue? {
        var rest = bytes
        while let start = rest.firstIndex(of: UInt8(ascii: "{")) {
            let candidate = bytes[start...]
            var reader = JSONReader(candidate)
            if (try? reader.passObject(having: keys)) == true {
                var reader = JSONReader(candidate)
                return try? reader.value()
            }
            rest = bytes[(start + 1)...]
        }
        return nil
    }
}

extension JSONReader {
    /// Passes over an object, and says whether it has one of these keys.
    fileprivate mutating func passObject(having keys: [String]) throws(JSONError) -> Bool {
        var isFound = false
        try beginObject()
        while let key = try nextKey() {
            if !isFound { isFound = keys.contains(text(of: key)) }
            try skip()
        }
        return isFound
    }
}
