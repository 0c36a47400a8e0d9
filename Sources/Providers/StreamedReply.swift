package import Conversations
internal import NIOCore

/// Makes a provider's events of the bytes of a response. A value without I/O of its own.
protocol ReplyReading: Sendable {
    /// Takes the next bytes of the body.
    mutating func receive(_ bytes: Span<UInt8>)
    /// The body has ended.
    mutating func finish()
    /// The next event; nil where more bytes are needed.
    ///
    /// - Throws: ``ProviderError`` where the reply is no good; all that came before has been given then.
    mutating func next() async throws -> ProviderEvent?
}

/// A reply as it comes over HTTP. The request goes out when the first event is asked for.
package struct StreamedReply: AsyncSequence, Sendable {
    typealias Opening = @Sendable () async throws -> (body: HTTPBody, reading: any ReplyReading)

    private let open: Opening

    init(_ open: @escaping Opening) {
        self.open = open
    }

    package func makeAsyncIterator() -> Iterator { Iterator(open: open) }

    package struct Iterator: AsyncIteratorProtocol {
        private enum Stage {
            case unsent
            case body(HTTPBody.Iterator)
            /// The body has ended; there may be events left.
            case ended
            case over
        }

        private let open: Opening
        private var stage = Stage.unsent
        private var reading: (any ReplyReading)?

        fileprivate init(open: @escaping Opening) {
            self.open = open
        }

        package mutating func next() async throws -> ProviderEvent? {
            do {
                return try await nextEvent()
            } catch {
                end()
                throw error
            }
        }

        /// Lets go of the connection; the reading may hold it as well.
        private mutating func end() {
            stage = .over
            reading = nil
        }

        private mutating func nextEvent() async throws -> ProviderEvent? {
            while true {
                if case .over = stage { return nil }
                if let event = try await reading?.next() {
                    // Whatever a site sends behind its last event, nobody waits for it.
                    if case .finish = event { end() }
                    return event
                }
                switch stage {
                case .unsent:
                    let (body, reading) = try await open()
                    self.reading = reading
                    stage = .body(body.makeAsyncIterator())
                case .body(var body):
                    if let buffer = try await body.next() {
                        reading?.receive(buffer.readableBytesUInt8Span)
                    } else {
                        reading?.finish()
                        stage = .ended
                    }
                case .ended, .over:
                    end()
                    return nil
                }
            }
        }
    }
}
