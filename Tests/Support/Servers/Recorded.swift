private import Dispatch
private import Synchronization

/// What has happened so far, oldest first, for a test to read or to wait for.
package final class Recorded<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var waiting: [(isEnough: ([Element]) -> Bool, signal: DispatchSemaphore)] = []
    }

    private let state = Mutex(State())

    package init() {}

    package var all: [Element] { state.withLock(\.elements) }

    package func append(_ element: sending Element) {
        state.withLock { state in
            state.elements.append(element)
            let elements = state.elements
            state.waiting.removeAll { waiting in
                guard waiting.isEnough(elements) else { return false }
                waiting.signal.signal()
                return true
            }
        }
    }

    /// Blocks the thread until what has happened is enough.
    ///
    /// - Returns: all of it by then.
    /// - Throws: `Standstill` after 30 s.
    @discardableResult
    package func wait(
        for what: String, until isEnough: @escaping @Sendable ([Element]) -> Bool
    ) throws(Standstill) -> [Element] {
        let signal = DispatchSemaphore(value: 0)
        let isThere = state.withLock { state in
            if isEnough(state.elements) { return true }
            state.waiting.append((isEnough, signal))
            return false
        }
        let patience = DispatchTimeInterval.milliseconds(Int(Standstill.patience))
        guard isThere || signal.wait(timeout: .now() + patience) == .success else {
            throw Standstill("\(what); so far: \(all)")
        }
        return all
    }
}
