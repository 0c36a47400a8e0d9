import Glibc

/// Waiting for several descriptors at once.
enum Poll {
    /// The other end has finished sending, or is gone: POLLRDHUP, which Swift's Glibc lacks.
    /// <https://man7.org/linux/man-pages/man2/poll.2.html>
    static let left: Int16 = 0x2000
    static let readable = Int16(POLLIN)
    static let writable = Int16(POLLOUT)
    /// What is told of a descriptor without being asked for, when nobody is at its other end.
    static let gone = Int16(POLLERR) | Int16(POLLHUP)

    /// Waits until one of them is ready, and tells for each what of it is; nothing but zeros when the time has run out.
    ///
    /// - Parameter milliseconds: How long at most; -1 is for ever.
    static func wait(for descriptors: [(descriptor: Int32, events: Int16)], milliseconds: Int32 = -1) -> [Int16] {
        var requests = descriptors.map { pollfd(fd: $0.descriptor, events: $0.events, revents: 0) }
        while unsafe poll(&requests, nfds_t(requests.count), milliseconds) < 0 {
            precondition(errno == EINTR, "poll refuses its arguments")
        }
        return requests.map(\.revents)
    }
}
