private import Dispatch
private import Synchronization

/// The owner of one connection, on a queue of its own.
///
/// A slow disk holds up this queue and never the threads that serve everyone's tasks. Bring it a whole unit of work:
/// the way there and back costs some 10 µs, which is nothing a transaction and ruinous a row.
package actor DatabaseWorker {
    private let executor: QueueExecutor
    private let open: @Sendable () throws -> Connection
    private var connection: Connection?
    /// There is, or may be, a connection. Readable from everywhere, so that closing what is closed costs no way there.
    private let isOpen = Atomic<Bool>(false)

    /// A worker that opens its connection when it is first needed.
    package init(label: String, open: @escaping @Sendable () throws -> Connection) {
        executor = QueueExecutor(label: label)
        self.open = open
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    /// Does this work with the connection, opening it first where that has not happened yet.
    package func run<Result: Sendable>(_ work: @Sendable (Connection) throws -> Result) throws -> Result {
        try work(connected())
    }

    /// Closes the connection, if there is one. The next work opens it anew.
    package nonisolated func close() async {
        if isOpen.load(ordering: .acquiring) { await closeConnection() }
    }

    private func closeConnection() {
        connection = nil
        isOpen.store(false, ordering: .releasing)
    }

    private func connected() throws -> Connection {
        if let connection { return connection }
        isOpen.store(true, ordering: .releasing)
        let opened = try open()
        connection = opened
        return opened
    }
}

/// Runs an actor's jobs on one serial dispatch queue.
private final class QueueExecutor: SerialExecutor {
    private let queue: DispatchQueue

    init(label: String) {
        queue = DispatchQueue(label: label)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = unsafe asUnownedSerialExecutor()
        queue.async { unsafe job.runSynchronously(on: executor) }
    }
}
