package import Logging

/// Several who hear of every request, one after the other.
package struct RequestObservers: RequestObserver {
    private let observers: [any RequestObserver]

    package init(_ observers: [any RequestObserver]) {
        self.observers = observers
    }

    package func answered(_ request: AnsweredRequest, logger: Logger) {
        for observer in observers { observer.answered(request, logger: logger) }
    }
}
