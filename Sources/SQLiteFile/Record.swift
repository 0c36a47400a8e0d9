/// A value in a row, as it is stored.
package enum RecordValue: Equatable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    /// Bytes that should be UTF-8.
    case text([UInt8])
    case blob([UInt8])
}

/// The columns of a row. <https://www.sqlite.org/fileformat2.html#record_format>
package struct Record: Equatable, Sendable {
    package var values: [RecordValue]
    /// The first column that is not all here: a text or blob has its beginning, whatever comes after it is null. Nil
    /// where the record is whole.
    package var firstCut: Int?
}

/// What stands before a record's values: which they are, and how long.
struct RecordHeader {
    /// Bytes of the header itself.
    let size: Int
    let types: [SerialType]
    /// Bytes of header and values together.
    let recordSize: Int

    /// Reads a header at the beginning of a payload; nil where it is none.
    ///
    /// - Parameter most: The bytes that a record can have at most.
    init?(_ payload: [UInt8], most: Int) {
        guard let first = payload.varint(at: 0), let size = first.length(upTo: payload.count), size >= first.size else {
            return nil
        }
        var types: [SerialType] = []
        var recordSize = size
        var offset = first.size
        while offset < size {
            guard let code = payload.varint(at: offset), let type = SerialType(code: code.value, most: most) else {
                return nil
            }
            offset += code.size
            recordSize += type.size
            guard recordSize <= most else { return nil }
            types.append(type)
        }
        guard offset == size else { return nil }
        self.size = size
        self.types = types
        self.recordSize = recordSize
    }

    /// The values, as far as the payload goes.
    func record(from payload: [UInt8]) -> Record {
        var record = Record(values: [])
        record.values.reserveCapacity(types.count)
        var offset = size
        for (column, type) in types.enumerated() {
            let end = offset + type.size
            if end > payload.count && record.firstCut == nil { record.firstCut = column }
            record.values.append(type.value(of: payload[min(offset, payload.count)..<min(end, payload.count)]))
            offset = end
        }
        return record
    }
}

/// A value's kind and length in bytes.
enum SerialType: Equatable {
    case null
    case integer(bytes: Int)
    case zero, one
    case real
    case blob(bytes: Int)
    case text(bytes: Int)

    /// Nil for a code that means nothing, or a value longer than anything can be.
    init?(code: Int64, most: Int) {
        switch code {
        case 0: self = .null
        case 1...4: self = .integer(bytes: Int(code))
        case 5: self = .integer(bytes: 6)
        case 6: self = .integer(bytes: 8)
        case 7: self = .real
        case 8: self = .zero
        case 9: self = .one
        case 12...:
            guard (code - 12) / 2 <= Int64(most) else { return nil }
            let bytes = Int((code - 12) / 2)
            self = code % 2 == 0 ? .blob(bytes: bytes) : .text(bytes: bytes)
        default: return nil
        }
    }

    var size: Int {
        switch self {
        case .null, .zero, .one: 0
        case .real: 8
        case .integer(let bytes), .blob(let bytes), .text(let bytes): bytes
        }
    }

    /// The value of these bytes. Of a number not all bytes of which are there, nothing is known.
    func value(of bytes: ArraySlice<UInt8>) -> RecordValue {
        switch self {
        case .null: .null
        case .zero: .integer(0)
        case .one: .integer(1)
        case .text: .text(Array(bytes))
        case .blob: .blob(Array(bytes))
        case .integer: bytes.count == size ? .integer(Self.integer(of: bytes)) : .null
        case .real:
            bytes.count == size ? .real(Double(bitPattern: UInt64(bitPattern: Self.integer(of: bytes)))) : .null
        }
    }

    /// A number of one to eight bytes, the first with the sign.
    private static func integer(of bytes: ArraySlice<UInt8>) -> Int64 {
        var value: Int64 = bytes.first.map { $0 >= 0x80 } == true ? -1 : 0
        for byte in bytes { value = value << 8 | Int64(byte) }
        return value
    }
}
