/// A number as JSON has it, as exactly as the machine can.
package enum JSONNumber: Equatable, Sendable {
    /// Written without a fraction and an exponent, and no larger than an `Int`.
    case integer(Int)
    /// All others; infinite where they are larger than any `Double`.
    case floating(Double)

    /// The number where it is whole, however it was written.
    package var integer: Int? {
        switch self {
        case .integer(let number): number
        case .floating(let number): Int(exactly: number)
        }
    }

    package var double: Double {
        switch self {
        case .integer(let number): Double(number)
        case .floating(let number): number
        }
    }

    /// The number of a literal that keeps to the grammar.
    init(digits: ArraySlice<UInt8>) {
        let text = String(decoding: digits, as: UTF8.self)
        self = Int(text).map { .integer($0) } ?? .floating(Double(text) ?? .nan)
    }
}
