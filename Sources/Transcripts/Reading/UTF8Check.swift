/// Looks for bytes that are no UTF-8.
enum UTF8Check {
    /// How many bytes are before the first fault; nil where there is none.
    static func firstFault(of bytes: ArraySlice<UInt8>) -> Int? {
        do {
            _ = try UTF8Span(validating: bytes.span)
            return nil
        } catch {
            return error.byteOffsets.lowerBound
        }
    }
}
