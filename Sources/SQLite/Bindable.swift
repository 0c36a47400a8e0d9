/// What a statement's parameter can take.
package protocol Bindable {
    func bind(to statement: Statement, at index: Int32) throws(SQLiteError)
}

extension Int64: Bindable {
    package func bind(to statement: Statement, at index: Int32) throws(SQLiteError) {
        try statement.bind(integer: self, at: index)
    }
}

extension Int: Bindable {
    package func bind(to statement: Statement, at index: Int32) throws(SQLiteError) {
        try statement.bind(integer: Int64(self), at: index)
    }
}

extension Bool: Bindable {
    package func bind(to statement: Statement, at index: Int32) throws(SQLiteError) {
        try statement.bind(integer: self ? 1 : 0, at: index)
    }
}

extension String: Bindable {
    package func bind(to statement: Statement, at index: Int32) throws(SQLiteError) {
        try statement.bind(text: self, at: index)
    }
}

extension Array: Bindable where Element == UInt8 {
    package func bind(to statement: Statement, at index: Int32) throws(SQLiteError) {
        try statement.bind(blob: self, at: index)
    }
}

extension Optional: Bindable where Wrapped: Bindable {
    package func bind(to statement: Statement, at index: Int32) throws(SQLiteError) {
        guard let value = self else { return try statement.bindNull(at: index) }
        try value.bind(to: statement, at: index)
    }
}
