internal import SQLite
internal import SQLiteFile

/// A value on its way into the new database.
enum SalvagedValue: Equatable, Sendable, Bindable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])

    func bind(to statement: Statement, at index: Int32) throws(SQLiteError) {
        switch self {
        case .null: try Int64?.none.bind(to: statement, at: index)
        case .integer(let value): try value.bind(to: statement, at: index)
        case .text(let value): try value.bind(to: statement, at: index)
        case .blob(let value): try value.bind(to: statement, at: index)
        }
    }
}

/// A row on its way into the new database: each value of its column's kind, or NULL where it cannot be read.
struct SalvagedRow {
    let table: SalvagedTable
    private(set) var values: [SalvagedValue]
    /// A text that is not all here.
    private(set) var isShortened = false
    /// A text had bytes that are no characters: each now is U+FFFD.
    private(set) var hasReplacedCharacters = false
    /// Something that must be there cannot be read, or cannot be true.
    private(set) var isDamaged = false

    /// Nil where the row has not the columns of its table, or lacks one that nothing can stand in for.
    init?(_ record: Record, rowid: Int64?, table: SalvagedTable) {
        guard table.mayHave(columns: record.values.count), table.hasRowid == (rowid != nil) else { return nil }
        self.table = table
        values = []
        values.reserveCapacity(table.columns.count)
        for (place, column) in table.columns.enumerated() {
            if place == 0, let rowid {
                values.append(.integer(rowid))
                continue
            }
            let isCut = record.firstCut.map { place >= $0 } ?? false
            let stored = place < record.values.count ? record.values[place] : .null
            var value = read(stored, of: column, isCut: isCut)
            if isCut && (value != .null || !column.isOptional) { isShortened = true }
            if value == .null && !column.isOptional {
                guard let standIn = column.standIn else { return nil }
                value = standIn
                isDamaged = true
            } else if value == .null && stored != .null {
                isDamaged = true
            }
            values.append(value)
        }
    }

    private mutating func read(
        _ value: RecordValue, of column: SalvagedTable.Column, isCut: Bool
    ) -> SalvagedValue {
        switch (value, column.kind) {
        case (.integer(let number), .integer) where column.range.contains(number): return .integer(number)
        case (.text(let bytes), .text), (.blob(let bytes), .text):
            let text = text(isCut ? Self.withoutCutCharacter(bytes) : bytes)
            return column.isKnownWord(text) ? .text(text) : .null
        case (.blob(let bytes), .blob): return .blob(bytes)
        default: return .null
        }
    }

    private mutating func text(_ bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        hasReplacedCharacters = true
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The bytes without the beginning of a last character whose end was cut off.
    private static func withoutCutCharacter(_ bytes: [UInt8]) -> [UInt8] {
        let tail = bytes.suffix(3)
        guard let lead = tail.lastIndex(where: { $0 >= 0xC0 }), tail[(lead + 1)...].allSatisfy({ $0 & 0xC0 == 0x80 })
        else { return bytes }
        let length = bytes[lead] >= 0xF0 ? 4 : bytes[lead] >= 0xE0 ? 3 : 2
        return lead + length > bytes.count ? Array(bytes[..<lead]) : bytes
    }

    /// The value in a column, by its name.
    subscript(name: String) -> SalvagedValue {
        get { values[place(of: name)] }
        set { values[place(of: name)] = newValue }
    }

    func integer(_ name: String) -> Int64? {
        if case .integer(let value) = self[name] { value } else { nil }
    }

    func text(_ name: String) -> String? {
        if case .text(let value) = self[name] { value } else { nil }
    }

    private func place(of name: String) -> Int {
        guard let place = table.places[name] else { preconditionFailure("\(table.name) has no column \(name)") }
        return place
    }
}
