/// The bytes of a file that is YAML as far as single characters go, and where each of them begins.
struct SourceText {
    /// Without the byte order mark.
    let bytes: [UInt8]
    /// How many bytes the mark took.
    let firstOffset: Int
    /// The offset of each code point and of the end; nil where every code point is one byte.
    private let offsets: [Int]?

    init(_ file: [UInt8], maximumBytes: Int = YAMLDocument.maximumBytes) throws(YAMLError) {
        guard file.count <= maximumBytes else {
            throw YAMLError(line: 1, column: 1, problem: "the file is larger than \(maximumBytes) bytes")
        }
        firstOffset = file.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        bytes = Array(file[firstOffset...])
        var offsets: [Int] = []
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var offset = 0
        var line = 1
        var column = 1
        decoding: while true {
            offsets.append(offset)
            switch decoder.decode(&iterator) {
            case .emptyInput: break decoding
            case .error:
                throw YAMLError(
                    line: line, column: column, problem: "this is not UTF-8: save the file in that encoding")
            case .scalarValue(let scalar):
                guard Self.isAllowed(scalar) else {
                    let number = String(scalar.value, radix: 16, uppercase: true)
                    throw YAMLError(
                        line: line, column: column,
                        problem: "the control character U+\(String(repeating: "0", count: max(4 - number.count, 0)))"
                            + "\(number) may not stand in a file: remove it, or write it as \\u in double quotes")
                }
                offset += UTF8.width(scalar)
                column = scalar == "\n" ? 1 : column + 1
                if scalar == "\n" { line += 1 }
            }
        }
        self.offsets = offsets.count == bytes.count + 1 ? nil : offsets
    }

    /// The place of a code point, in the file with its byte order mark. `line` and `column` count from 0.
    func mark(index: Int, line: Int, column: Int) -> YAMLMark {
        let offset = offsets.map { $0[min(index, $0.count - 1)] } ?? min(index, bytes.count)
        return YAMLMark(offset: firstOffset + offset, line: line + 1, column: column + 1)
    }

    /// The same place, or an earlier one: behind the last byte before it that is no white space.
    func trimmingLineEnds(before mark: YAMLMark) -> YAMLMark {
        var mark = mark
        var end = mark.offset - firstOffset
        while end > 0, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[end - 1]) {
            end -= 1
            if bytes[end] == 0x0A { mark.line -= 1 }
        }
        let lineStart = bytes[..<end].lastIndex { $0 == 0x0A || $0 == 0x0D }.map { $0 + 1 } ?? 0
        mark.offset = firstOffset + end
        mark.column = 1 + bytes[lineStart..<end].count { $0 & 0xC0 != 0x80 }
        return mark
    }

    /// The characters of <https://yaml.org/spec/1.2.2/#51-character-set>.
    static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xFEFE, 0xFF00...0xFFFD, 0x1_0000...: true
        default: false
        }
    }
}
