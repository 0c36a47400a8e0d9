/// Undoes the encoding of bytes in addresses (RFC 3986, 2.1).
enum PercentEncoding {
    /// A segment of a path. Bytes that are no UTF-8 become U+FFFD.
    static func segment(_ text: some Collection<UInt8>) -> String {
        String(decoding: bytes(text, plusIsSpace: false), as: UTF8.self)
    }

    /// A name or a value of a query, as forms write them: a plus sign is a space.
    static func form(_ text: some Collection<UInt8>) -> String {
        String(decoding: bytes(text, plusIsSpace: true), as: UTF8.self)
    }

    private static func bytes(_ text: some Collection<UInt8>, plusIsSpace: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let high = rest.first.flatMap(digit),
                let low = rest.dropFirst().first.flatMap(digit)
            {
                bytes.append(high << 4 | low)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return bytes
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
