/// A raw HTTP response out of Tests/Recordings, taken apart.
package struct Recording: Sendable {
    package let name: String
    /// All of it as it came off the socket, for servers that replay it.
    package let raw: [UInt8]
    package let status: Int
    /// In the order sent, their names in lower case.
    package let headers: [(name: String, value: String)]
    /// Freed of its chunks, but not of its compression.
    package let body: [UInt8]
    /// The connection ended before the body did.
    package let isCut: Bool

    /// - Parameter name: The file's name, without `.http`.
    package init(_ name: String) throws {
        let raw = try Files.read("\(Self.folder)/\(name).http")
        let lines = HeaderLines(raw)
        self.name = name
        self.raw = raw
        status = lines.first.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        headers = lines.headers
        let rest = raw[lines.end...]
        if lines.headers.contains(where: { $0.name == "transfer-encoding" && $0.value == "chunked" }) {
            (body, isCut) = Self.dechunked(rest)
        } else {
            let length = lines.headers.first { $0.name == "content-length" }.flatMap { Int($0.value) }
            (body, isCut) = (Array(rest), rest.count < length ?? 0)
        }
    }

    /// The body is gzip's.
    package var isCompressed: Bool { self["content-encoding"] == "gzip" }

    /// The first header of that name, in lower case.
    package subscript(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    /// The names of all recordings, in order.
    package static let names: [String] =
        ((try? Files.names(in: folder)) ?? []).filter { $0.hasSuffix(".http") }.map { String($0.dropLast(5)) }

    private static let folder =
        "\(#filePath)".split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" } + "/Recordings"

    private static func dechunked(_ bytes: ArraySlice<UInt8>) -> (body: [UInt8], isCut: Bool) {
        var body: [UInt8] = []
        var rest = bytes
        while let lineEnd = rest.firstIndex(of: UInt8(ascii: "\r")),
            let size = Int(String(decoding: rest[..<lineEnd], as: UTF8.self), radix: 16)
        {
            if size == 0 { return (body, false) }
            let chunk = rest[lineEnd...].dropFirst(2)
            body += chunk.prefix(size)
            rest = chunk.dropFirst(size + 2)
        }
        return (body, true)
    }
}

/// The lines before a response's body.
private struct HeaderLines {
    var first = ""
    var headers: [(name: String, value: String)] = []
    var end = 0

    init(_ bytes: [UInt8]) {
        while let lineEnd = bytes[end...].firstIndex(of: UInt8(ascii: "\r")) {
            let line = String(decoding: bytes[end..<lineEnd], as: UTF8.self)
            end = lineEnd + 2
            if line.isEmpty { break }
            if first.isEmpty {
                first = line
            } else if let colon = line.firstIndex(of: ":") {
                let value = line[line.index(after: colon)...].drop { $0 == " " }
                headers.append((line[..<colon].lowercased(), String(value)))
            }
        }
    }
}
