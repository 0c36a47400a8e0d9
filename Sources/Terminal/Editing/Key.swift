/// One key as the user pressed it, or a paste.
enum Key: Equatable {
    case character(Unicode.Scalar)
    case paste(String)
    case control(Unicode.Scalar)  // with the letter in lower case; Enter, Tab and Backspace have their own
    case alt(Unicode.Scalar)
    case enter, altEnter, tab
    case backspace, altBackspace, delete, wordDelete
    case left, right, wordLeft, wordRight
    case up, down, home, end
    case unknown
}

extension Key {
    /// The key of one byte below 0x20, or of DEL.
    init(control byte: UInt8) {
        self =
            switch byte {
            case 0x08, 0x7F: .backspace
            case 0x09: .tab
            case 0x0A, 0x0D: .enter
            case 0x01...0x1A: .control(Unicode.Scalar(byte + 0x60))
            default: .unknown
            }
    }
}
