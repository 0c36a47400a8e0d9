internal import CSQLite

/// One of the tokenizers of SQLite's full-text engine: it cuts texts into words just as an index that names it does.
/// <https://www.sqlite.org/fts5.html#custom_tokenizers>
///
/// It has nothing of the connection's but its code, and may outlive it.
@safe package final class FullTextTokenizer {
    private let tokenizer: fts5_tokenizer
    private let instance: OpaquePointer

    /// - Parameters:
    ///   - name: As after `tokenize =` in the index.
    ///   - arguments: What follows the name there, each without its quotes.
    package init(_ name: String, arguments: [String], of connection: Connection) throws(SQLiteError) {
        guard let api = unsafe parley_fts5_api(connection.handle) else {
            throw SQLiteError(code: SQLITE_ERROR, message: "SQLite comes without full-text search")
        }
        var tokenizer = fts5_tokenizer()
        var context: UnsafeMutableRawPointer?
        var code = unsafe api.pointee.xFindTokenizer(api, name, &context, &tokenizer)
        guard code == SQLITE_OK, let create = unsafe tokenizer.xCreate else {
            throw SQLiteError(code: code, message: "SQLite has no tokenizer of this name")
        }
        var instance: OpaquePointer?
        code = unsafe Self.withCStrings(arguments) { strings in
            unsafe create(context, strings.baseAddress, Int32(strings.count), &instance)
        }
        guard code == SQLITE_OK, let instance = unsafe instance else {
            throw SQLiteError(code: code, message: "the tokenizer does not take these arguments")
        }
        self.tokenizer = tokenizer
        unsafe self.instance = instance
    }

    deinit {
        unsafe tokenizer.xDelete?(instance)
    }

    /// Lends the arguments as C has them.
    private static func withCStrings<Result>(
        _ strings: [String], _ body: (UnsafeMutableBufferPointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        var bytes: [CChar] = []
        var starts: [Int] = []
        for string in strings {
            starts.append(bytes.count)
            bytes += string.utf8.map { CChar(bitPattern: $0) } + [0]
        }
        return unsafe bytes.withUnsafeBufferPointer { buffer in
            var pointers: [UnsafePointer<CChar>?] = unsafe starts.map { start in
                unsafe buffer.baseAddress.map { unsafe $0 + start }
            }
            return unsafe pointers.withUnsafeMutableBufferPointer { unsafe body($0) }
        }
    }

    /// One word: its bytes as they stand in the index, good until the next, and where in the text it is, in bytes.
    package typealias Receiver = (_ word: UnsafeRawBufferPointer, _ place: Range<Int>) -> Bool

    /// Cuts the text into words, in their order, until the receiver says false.
    package func forEachWord(of text: String, _ receive: Receiver) throws(SQLiteError) {
        let code = unsafe withoutActuallyEscaping(receive) { receive in
            var receive = unsafe receive
            var text = text
            return unsafe withUnsafeMutablePointer(to: &receive) { receiver in
                text.withUTF8 { bytes in
                    unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                        unsafe tokenize(characters, for: receiver)
                    }
                }
            }
        }
        guard code == SQLITE_OK || code == SQLITE_DONE else {
            throw SQLiteError(code: code, message: "a text cannot be cut into words")
        }
    }

    private func tokenize(
        _ text: UnsafeBufferPointer<CChar>, for receiver: UnsafeMutablePointer<Receiver>
    ) -> Int32 {
        guard let tokenize = unsafe tokenizer.xTokenize else { return SQLITE_ERROR }
        return unsafe tokenize(
            instance, receiver, FTS5_TOKENIZE_AUX, text.baseAddress, Int32(text.count),
            { receiver, _, word, length, start, end in
                guard let receiver = unsafe receiver?.assumingMemoryBound(to: Receiver.self) else {
                    return SQLITE_ERROR
                }
                let bytes = unsafe UnsafeRawBufferPointer(start: word, count: Int(length))
                return unsafe receiver.pointee(bytes, Int(start)..<Int(end)) ? SQLITE_OK : SQLITE_DONE
            })
    }
}
