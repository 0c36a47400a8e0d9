private import Glibc

/// Why a file cannot be put in its place.
package enum FileError: Error, Equatable, Sendable {
    /// Something is there, and nobody asked to replace it.
    case isThere(path: String)
    case isAFolder(path: String)
    /// A pipe, a device, or a link that leads nowhere.
    case isNoFile(path: String)
    /// One of those that are never replaced.
    case isSpared(path: String)
    /// What the operating system answered.
    case failed(path: String, number: Int32)

    /// The error of the call that failed last on this thread.
    static func last(_ path: String) -> FileError { .failed(path: path, number: errno) }
}
