private import Dispatch

/// Work on whole files, which waits for the disk for long: on a thread of its own, and on none of everyone's tasks.
enum BlockingWork {
    static func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "parley.files").async {
                continuation.resume(with: Swift.Result { try work() })
            }
        }
    }
}
