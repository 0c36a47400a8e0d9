internal import NIOCore
private import Synchronization

/// The connections that are open, so that they can be closed together.
final class OpenChannels: Sendable {
    /// Nil once they have been closed.
    private let channels = Mutex<[ObjectIdentifier: any Channel]?>([:])

    /// Keeps the channel until it is closed. After ``abortAll()`` it is closed at once.
    func insert(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        let isOpen = channels.withLock { channels in
            channels?[id] = channel
            return channels != nil
        }
        guard isOpen else { return channel.abort() }
        channel.closeFuture.whenComplete { _ in
            self.channels.withLock { $0?[id] = nil }
        }
    }

    func abortAll() {
        let open = channels.withLock { channels in
            defer { channels = nil }
            return channels ?? [:]
        }
        for channel in open.values { channel.abort() }
    }
}
