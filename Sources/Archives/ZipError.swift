/// Why a zip, or a file in it, cannot be read.
package struct ZipError: Error, Equatable, Sendable {
    package enum Reason: Equatable, Sendable {
        /// What the operating system answered.
        case cannotRead(number: Int32)
        /// Nothing at its end says that it is one: it is something else, or its end is missing.
        case noZip
        /// It is one of several that belong together.
        case severalParts
        /// Its list of files contradicts itself, or the file's length.
        case damagedList
        case encrypted
        /// Packed in another way than stored or deflated: the method's number.
        case unknownMethod(Int)
        /// The bytes are not those that were put in.
        case damaged
    }

    package var path: String
    /// The file in it; nil for the whole.
    package var entry: String?
    package var reason: Reason

    package init(path: String, entry: String? = nil, reason: Reason) {
        self.path = path
        self.entry = entry
        self.reason = reason
    }
}
