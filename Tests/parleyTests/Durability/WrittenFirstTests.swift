import Support
import Testing

/// What is on disk when, as another program sees it.
@Outside
struct WrittenFirstTests {
    /// What the file had when a request came.
    private struct Sight: Sendable {
        var messages: [JSONValue]
        var attempts: [JSONValue]
    }

    /// A server that looks into the program's database with each request, before it answers.
    private struct Watch {
        let sights = Recorded<Sight>()
        let server: LoopbackServer
        let program: RemoteProgram

        init(_ settings: String, _ routes: [String: Answer]) throws {
            let parley = Recorded<ParleyProgram>()
            let sights = sights
            server = try LoopbackServer { request, connection in
                if let parley = parley.all.first {
                    sights.append(Sight(messages: try parley.lastMessages(), attempts: try parley.chatAttempts()))
                }
                try (routes[request.route] ?? .noRoute).give(to: request, on: connection)
            }
            program = try RemoteProgram(site: server.address, settings)
            parley.append(program.parley)
        }

        /// Says something, and expects that each request found it written down, and the reply to it awaited.
        func expect(_ arguments: String..., saying text: String, requests: Int, messages: Int) throws {
            let before = sights.all.count
            let outcome = try program.parley.run(arguments: (arguments + [text]).map { Array($0.utf8) })
            #expect(outcome.status == 0, "\(outcome.errorOutput)")
            #expect(server.failures.all == [])
            let seen = sights.all.dropFirst(before)
            #expect(seen.count == requests)
            for sight in seen {
                #expect(sight.messages.count == messages)
                #expect(sight.messages.dropLast().last?["content"] == .string(text))
                #expect(sight.messages.dropLast().last?["status"] == .string("complete"))
                #expect(sight.messages.last?["status"] == .string("streaming"))
                #expect(sight.attempts.first?["outcome"] == .string("pending"))
                #expect(sight.attempts.first?["message"] == sight.messages.last?["id"])
            }
        }
    }

    @Test func `nothing reaches a site before the message and the open reply are on disk`() throws {
        let watch = try Watch(
            "kind: ai-engine",
            [
                Route.session: try .recording("session-ok"), Route.submit: try .recording("submit-stream-ok"),
            ])
        // The nonce's request as well as the message's.
        try watch.expect("chat", saying: "Hello", requests: 2, messages: 2)
        try watch.expect("resume", "last", saying: "And again", requests: 1, messages: 4)
        try watch.expect("chat", "--continue", saying: "Once more", requests: 1, messages: 6)
    }

    @Test func `nor an endpoint`() throws {
        let body = #"data: {"choices":[{"index":0,"delta":{"content":"Hi."}}]}"# + "\n\ndata: [DONE]\n\n"
        let watch = try Watch(
            "kind: openai, model: m",
            ["POST /chat/completions": .response(body, type: "text/event-stream")])
        try watch.expect("chat", saying: "Hello", requests: 1, messages: 2)
        try watch.expect("resume", "last", saying: "And again", requests: 1, messages: 4)
        try watch.expect("chat", saying: "Elsewhere", requests: 1, messages: 2)
    }

    @Test func `what the server has sent and then holds back for good is in the file`() throws {
        // Small pieces that wait for their time, and large ones that do not.
        let pieces = ["One ", "two ", String(repeating: "— many ", count: 2000), "three.", ""]
        var settings = EndpointSettings()
        settings.model = { _ in pieces }
        let endpoint = try StandInEndpoint(settings)
        let gates = try pieces.map { _ in try Gate() }
        // The first event has no text.
        for (index, gate) in gates.enumerated() { endpoint.hold(beforeEvent: index + 1, at: gate) }
        let program = try RemoteProgram(talkingTo: endpoint.address)
        let running = try program.parley.start("chat", "Count")
        var said = ""
        for (piece, gate) in zip(pieces, gates) {
            gate.open()
            said += piece
            try program.parley.wait(until: "\(said.utf8.count) bytes are kept") {
                try program.parley.lastMessages().last?["content"]?.text ?? "" == said
            }
            if gate !== gates.last {
                #expect(try program.parley.lastMessages().last?["status"] == .string("streaming"))
            }
        }
        #expect(try running.finish().output == said + "\n")
        #expect(try program.parley.lastMessages().last?["status"] == .string("complete"))
    }
}
