/// The first line and the headers of a request or a response, as they were sent: in order, names as they were written.
package struct HTTPHead: Sendable, Equatable {
    package struct Header: Sendable, Equatable {
        package var name: String
        package var value: String
    }

    package var firstLine: String
    package var headers: [Header]

    /// What is wrong with bytes that were to be HTTP.
    package struct Malformed: Error, CustomStringConvertible {
        package let description: String
        init(_ description: String) { self.description = description }
    }

    /// - Parameter bytes: All up to the empty line, without it. Lines must end in CR LF, as RFC 9112 has it.
    init(_ bytes: some Collection<UInt8>) throws(Malformed) {
        var lines: [String] = []
        var line: [UInt8] = []
        for byte in bytes {
            line.append(byte)
            guard byte == UInt8(ascii: "\n") else { continue }
            guard line.dropLast().last == UInt8(ascii: "\r") else { throw Malformed("a line without CR") }
            lines.append(String(decoding: line.dropLast(2), as: UTF8.self))
            line = []
        }
        lines.append(String(decoding: line, as: UTF8.self))
        firstLine = lines[0]
        headers = []
        for line in lines.dropFirst() { headers.append(try Self.header(line)) }
    }

    private static func header(_ line: String) throws(Malformed) -> Header {
        let colon = line.firstIndex(of: ":")
        // A space before the colon is how requests are smuggled, and a continued line is obsolete: RFC 9112, 5.1, 5.2.
        guard let colon, colon > line.startIndex, !line[..<colon].contains(" ") else {
            throw Malformed("no header: \(line)")
        }
        let value = line[line.index(after: colon)...]
        return Header(name: String(line[..<colon]), value: Self.trimmed(value))
    }

    /// Without the spaces and tabs around it.
    private static func trimmed(_ value: Substring) -> String {
        var value = value
        while let first = value.first, first == " " || first == "\t" { value.removeFirst() }
        while let last = value.last, last == " " || last == "\t" { value.removeLast() }
        return String(value)
    }

    /// The values of a header, in whichever case its name was written, in order.
    package func values(of name: String) -> [String] {
        headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    /// The value of a header that comes once; nil where there is none, the first where there are several.
    package func value(of name: String) -> String? { values(of: name).first }
}
