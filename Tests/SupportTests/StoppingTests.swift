import Testing

@testable import Support

@Outside
struct StoppingTests {
    @Test func `a server stops whatever its connections are doing`() throws {
        let never = try Gate()
        let server = try LoopbackServer(routes: [
            "GET /gate": .steps([.wait(never)]), "GET /hold": .steps([.hold]),
            "GET /flood": .steps([.flood(.words, bytes: 1 << 40)]), "GET /idle": .response("kept"),
        ])
        // Connections are accepted in order, so these two are before the four requests are there.
        let unfinished = try RawClient(server)
        try unfinished.send("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf")
        let silent = try RawClient(server)
        let routes = ["GET /gate", "GET /hold", "GET /flood", "GET /idle"]
        let clients = try routes.map { route in
            let client = try RawClient(server)
            try client.request(route)
            return client
        }
        try server.waitForRequests(4)
        _ = try clients[3].response()

        server.stop()
        #expect(server.endings.all.count == 6)
        #expect(server.endings.all.map(\.cause) == Array(repeating: .stopped, count: 6))
        #expect(try openSockets(of: server.port) == 0)
        server.stop()
        withExtendedLifetime((clients, unfinished, silent)) {}
    }

    @Test func `a server that nobody holds any more is gone, with its threads and descriptors`() throws {
        var server: LoopbackServer? = try LoopbackServer(routes: ["GET /": .response("here")])
        let port = try #require(server?.port)
        weak let requests = server?.requests
        for _ in 0..<20 {
            let client = try RawClient(port)
            try client.request("GET /")
            _ = try client.response()
        }
        #expect(try openSockets(of: port) > 0)
        server = nil
        #expect(try openSockets(of: port) == 0)
        // Threads and handlers held it too.
        #expect(requests == nil)
    }

    @Test func `the threads of connections that have ended are gone before the server is`() throws {
        let server = try LoopbackServer(routes: ["GET /": .response("here")])
        for number in 1...40 {
            let client = try RawClient(server)
            try client.request("GET /", headers: ["Connection: close"])
            _ = try client.socket.receiveToEnd()
            try server.endings.wait(for: "end \(number)") { $0.count == number }
        }
        // The client's end is in TIME_WAIT or gone; ours must be closed but for the listening one.
        #expect(try openSockets(of: server.port) == 1)
    }

    /// How many sockets somebody holds whose own end is at this port.
    /// <https://www.kernel.org/doc/Documentation/networking/proc_net_tcp.txt>
    private func openSockets(of port: UInt16) throws -> Int {
        try Files.text("/proc/self/net/tcp").split(separator: "\n").dropFirst().count { line in
            let fields = line.split(separator: " ")
            let isOurs = fields[1].split(separator: ":").last.flatMap { UInt16($0, radix: 16) } == port
            return isOurs && fields[9] != "0"  // the inode, which an orphan has not
        }
    }
}
