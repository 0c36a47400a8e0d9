internal import Glibc
internal import NIOCore

/// Why the service cannot listen where it is to.
package struct ListeningError: Error, Equatable {
    package enum Cause: Equatable, Sendable {
        /// Somebody listens there already.
        case inUse
        /// The system lets only others listen there.
        case notAllowed
        /// This machine has no such address.
        case noSuchAddress
        /// In the system's words.
        case failed(String)
    }

    package var cause: Cause
    /// `127.0.0.1:8765`.
    package var place: String

    init(_ cause: Cause, place: String) {
        self.cause = cause
        self.place = place
    }

    init(_ error: any Error, place: String) {
        self.place = place
        switch error {
        case let error as IOError:
            cause =
                switch error.errnoCode {
                case EADDRINUSE: .inUse
                case EACCES, EPERM: .notAllowed
                case EADDRNOTAVAIL, EAFNOSUPPORT: .noSuchAddress
                default: .failed(unsafe String(cString: strerror(error.errnoCode)))
                }
        case is SocketAddressError: cause = .noSuchAddress
        default: cause = .failed("\(error)")
        }
    }
}
