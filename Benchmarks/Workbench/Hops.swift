import SQLite

/// The way to a database worker's thread and back.
enum Hops {
    /// What so many of them take by themselves, in seconds.
    ///
    /// - Parameter work: What the worker does each time. It has to last about as long as its real work: the caller's thread goes
    ///   to sleep meanwhile, and has to be woken.
    static func cost(
        _ count: Int, work: @escaping @Sendable () -> Void
    ) async throws -> (cpu: Double, wall: Double) {
        let worker = DatabaseWorker(label: "hop") { try Connection(path: ":memory:") }
        try await worker.run { _ in }
        let hopping = Meter()
        for _ in 0..<count { try await worker.run { _ in work() } }
        let (cpu, wall) = hopping.read()
        let staying = try await worker.run { _ in
            let staying = Meter()
            for _ in 0..<count { work() }
            let (cpu, wall) = staying.read()
            return [cpu, wall]
        }
        return (cpu - staying[0], wall - staying[1])
    }
}
