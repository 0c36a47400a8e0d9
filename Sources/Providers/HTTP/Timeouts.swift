internal import Conversations
internal import NIOCore

/// How long each part of a request may take.
package struct Timeouts: Equatable, Sendable {
    /// Until there is a connection, secured where it has to be.
    package var connect = Duration.seconds(10)
    /// From then to the first byte of the answer. A site sends nothing before the model's first word, or, behind a proxy
    /// that gathers, before its last; the sites' own limit is 300 s (measured on AI Engine 3.6.2).
    package var firstByte = Duration.seconds(300)
    /// Between two pieces of the answer.
    package var idle = Duration.seconds(300)
    /// All of it.
    package var total = Duration.seconds(1800)

    package init() {}

    /// For what is answered at once or not at all.
    static let brief: Timeouts = {
        var timeouts = Timeouts()
        timeouts.firstByte = .seconds(30)
        timeouts.idle = .seconds(30)
        timeouts.total = .seconds(60)
        return timeouts
    }()

    /// For what would be good to know, and no more.
    static let glance: Timeouts = {
        var timeouts = Timeouts.brief
        timeouts.connect = .seconds(5)
        timeouts.firstByte = .seconds(10)
        timeouts.total = .seconds(15)
        return timeouts
    }()

    /// The longest that a request for what is answered at once takes with these, redirects aside.
    var longestBrief: Duration { min(total, Timeouts.brief.total) }
    /// And one for what would be good to know.
    var longestGlance: Duration { min(total, Timeouts.glance.total) }

    /// The shorter of each.
    func limited(by other: Timeouts) -> Timeouts {
        var timeouts = self
        timeouts.connect = min(connect, other.connect)
        timeouts.firstByte = min(firstByte, other.firstByte)
        timeouts.idle = min(idle, other.idle)
        timeouts.total = min(total, other.total)
        return timeouts
    }
}

extension TimeAmount {
    init(_ duration: Duration) {
        self = .milliseconds(duration.milliseconds)
    }
}
