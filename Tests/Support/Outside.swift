import Dispatch

/// Where tests run that wait for other programs: on a thread of their own, so that those which do not can go on.
@globalActor
package actor Outside {
    package static let shared = Outside()

    private let executor = QueueExecutor()

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }
}

private final class QueueExecutor: SerialExecutor {
    private let queue = DispatchQueue(label: "parley.tests.outside")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = unsafe asUnownedSerialExecutor()
        queue.async { unsafe job.runSynchronously(on: executor) }
    }
}
