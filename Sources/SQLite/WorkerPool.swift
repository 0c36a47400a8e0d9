private import Synchronization

/// Several workers that do the same kind of work side by side, each with a connection of its own.
package final class WorkerPool: Sendable {
    private let workers: [DatabaseWorker]
    /// How many units of work each worker has before it.
    private let load: Mutex<[Int]>

    /// A pool of this many workers; a connection is opened only when its worker is first needed.
    package init(size: Int, label: String, open: @escaping @Sendable () throws -> Connection) {
        workers = (1...size).map { DatabaseWorker(label: "\(label)-\($0)", open: open) }
        load = Mutex(Array(repeating: 0, count: size))
    }

    /// Does this work with the worker that has least to do; the first such, so that a quiet program opens one
    /// connection.
    package func run<Result: Sendable>(_ work: @Sendable (Connection) throws -> Result) async throws -> Result {
        let chosen = load.withLock { load in
            let chosen = load.indices.min { (load[$0], $0) < (load[$1], $1) } ?? 0
            load[chosen] += 1
            return chosen
        }
        defer { load.withLock { $0[chosen] -= 1 } }
        return try await workers[chosen].run(work)
    }

    /// Closes what is open. The next work opens anew.
    package func close() async {
        for worker in workers { await worker.close() }
    }
}
