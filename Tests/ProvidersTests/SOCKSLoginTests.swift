import AsyncHTTPClient
import Dispatch
import Glibc
import NIOCore
import Support
import Synchronization
import Testing

@testable import Providers

@Outside struct SOCKSLoginTests {
    private nonisolated static let greeting: [UInt8] = [5, 1, 0]
    private nonisolated static let welcome: [UInt8] = [5, 0]
    private nonisolated static let refusal: [UInt8] = [5, 0xFF]
    private nonisolated static let mebibyte = 1 << 20

    private final class Kept { var objects: [AnyObject] = [] }
    private let kept = Kept()

    // MARK: - Logging in

    @Test(arguments: [
        ("jo", "secret"), ("jo", ""), ("", "secret"), ("Zoë", "pässwörd 日本"),
        (String(repeating: "u", count: 255), String(repeating: "p", count: 255)),
    ])
    func `a client without a password gets through to a proxy that wants one`(user: String, password: String) throws {
        let proxy = try ScriptedProxy { wire in
            try wire.letIn(user, password)
            try wire.send(Array("hello".utf8))
            return try wire.receiveToEnd()
        }
        let client = try welcomedClient(at: try door(to: proxy, user, password))
        #expect(try client.receive(5) == Array("hello".utf8))
        try client.send(Array("good bye".utf8))
        client.endOutput()
        #expect(try client.receiveToEnd() == [])
        #expect(try proxy.result() == Array("good bye".utf8))
    }

    @Test func `what a client says before it is asked is kept for the proxy`() throws {
        let proxy = try ScriptedProxy { wire in
            try wire.letIn()
            return try wire.receive(5)
        }
        let client = try Wire(connectedTo: try door(to: proxy).port)
        try client.send(Self.greeting + Array("early".utf8))
        #expect(try client.receive(2) == Self.welcome)
        #expect(try proxy.result() == Array("early".utf8))
    }

    @Test func `a wrong password is a refusal`() throws {
        let proxy = try ScriptedProxy { wire in
            #expect(try !wire.takeLogin("jo", "another"))
            return try wire.receiveToEnd()
        }
        try expectRefusal(at: try door(to: proxy))
        #expect(try proxy.result() == [])
    }

    @Test func `a proxy that is gone is a refusal`() throws {
        // The port is taken, so that nobody else gets it, but nobody listens.
        let nobody = try Wire(listening: false)
        try expectRefusal(at: try door(to: nobody))
    }

    @Test(arguments: [
        "", "HTTP/1.1 400 Bad Request\r\n\r\n", "\u{5}", "\u{4}\u{5A}", "\u{5}\u{0}", "\u{5}\u{1}", "\u{5}\u{7F}",
        "\u{5}\u{2}", "\u{5}\u{2}\u{1}", "\u{5}\u{2}\u{1}\u{1}", "\u{5}\u{2}HTTP/1.1 400 Bad Request\r\n\r\n",
    ])
    func `a proxy that talks nonsense, or stops in the middle, is a refusal`(nonsense: String) throws {
        let proxy = try ScriptedProxy { wire in
            let methods = try wire.receive(3)
            try wire.send(Array(nonsense.utf8))
            wire.endOutput()
            return methods + ((try? wire.receiveToEnd()) ?? [])
        }
        try expectRefusal(at: try door(to: proxy))
        let heard = try proxy.result()
        #expect(heard.starts(with: [5, 1, 2]))
        #expect(heard.count == 3 || nonsense.hasPrefix("\u{5}\u{2}"), "the password is for those who ask for it")
    }

    @Test(arguments: [[5, 1, 2], [5, 0], [4, 1, 0, 80, 127, 0, 0, 1, 0], Array("GET / HTTP/1.1\r\n\r\n".utf8)])
    func `a client that does not speak as ours do is refused, and nobody called`(words: [UInt8]) throws {
        let nobody = try Wire(listening: true)
        let client = try Wire(connectedTo: try door(to: nobody).port)
        try client.send(words)
        #expect(try client.receive(2) == Self.refusal)
        #expect(!nobody.hasCaller)
    }

    @Test func `a client that leaves does not leave the proxy waiting`() throws {
        let hasCalled = DispatchSemaphore(value: 0)
        let proxy = try ScriptedProxy { wire in
            let methods = try wire.receive(3)
            hasCalled.signal()
            return methods + (try wire.receiveToEnd())
        }
        var client: Wire? = try Wire(connectedTo: try door(to: proxy).port)
        try client?.send(Self.greeting)
        #expect(hasCalled.wait(timeout: .now() + .seconds(30)) == .success)
        client = nil
        #expect(try proxy.result() == [5, 1, 2])
    }

    @Test func `what cannot be said makes no door`() {
        let long = String(repeating: "x", count: 256)
        #expect(SOCKSLogin(host: "127.0.0.1", port: 1, user: long, password: "") == nil)
        #expect(SOCKSLogin(host: "127.0.0.1", port: 1, user: "", password: long) == nil)
    }

    // MARK: - Who may come in

    @Test(.enabled(if: getuid() == 0, "only root can make a connection another's"))
    func `a connection of another user is closed without a word`() throws {
        let nobody = try Wire(listening: true)
        let client = try Wire(connectedTo: try door(to: nobody).port, asUser: 65_534)
        try? client.send(Self.greeting)
        #expect((try? client.receiveToEnd()) ?? [] == [])
        #expect(!nobody.hasCaller)
    }

    // MARK: - Passing bytes

    @Test func `a mebibyte goes each way at once`() throws {
        let (down, up) = (bytes(Self.mebibyte, seed: 1), bytes(Self.mebibyte, seed: 2))
        let proxy = try ScriptedProxy { wire in
            try wire.letIn()
            inBackground { try? wire.send(down) }
            return try wire.receive(Self.mebibyte)
        }
        let client = try welcomedClient(at: try door(to: proxy))
        inBackground { try? client.send(up) }
        #expect(try client.receive(Self.mebibyte) == down)
        #expect(try proxy.result() == up)
    }

    @Test func `either side may stop talking and go on listening`() throws {
        let listens = try ScriptedProxy { wire in
            try wire.letIn()
            let heard = try wire.receiveToEnd()
            try wire.send(heard.reversed())
            return heard
        }
        let client = try welcomedClient(at: try door(to: listens))
        try client.send([1, 2, 3])
        client.endOutput()
        #expect(try client.receiveToEnd() == [3, 2, 1])
        #expect(try listens.result() == [1, 2, 3])

        let talks = try ScriptedProxy { wire in
            try wire.letIn()
            try wire.send([1, 2, 3])
            wire.endOutput()
            return try wire.receiveToEnd()
        }
        let listener = try welcomedClient(at: try door(to: talks))
        #expect(try listener.receiveToEnd() == [1, 2, 3])
        try listener.send([4, 5, 6])
        listener.endOutput()
        #expect(try talks.result() == [4, 5, 6])
    }

    @Test func `all arrives where both have stopped talking and the listener is behind`() throws {
        let proxy = try ScriptedProxy { wire in
            try wire.letIn()
            #expect(try wire.receiveToEnd() == [1, 2, 3])
            return try wire.sendUntilStuck(atMost: 64 * Self.mebibyte)
        }
        let client = try welcomedClient(at: try door(to: proxy))
        try client.send([1, 2, 3])
        client.endOutput()
        let written = try proxy.result()
        #expect(try client.receiveToEnd().count == written)
    }

    @Test func `a connection that breaks on one side breaks on the other`() throws {
        let breaks = try ScriptedProxy { wire in
            try wire.letIn()
            try wire.send([1, 2, 3])
            let heard = try wire.receive(1)
            wire.breaksWhenClosed()
            return heard
        }
        let client = try welcomedClient(at: try door(to: breaks))
        #expect(try client.receive(3) == [1, 2, 3])
        try client.send([7])
        #expect(throws: Wire.Failure(code: ECONNRESET)) { try client.receiveToEnd() }

        let waits = try ScriptedProxy { wire in
            try wire.letIn()
            return try wire.receiveToEnd()
        }
        var breaker: Wire? = try welcomedClient(at: try door(to: waits))
        breaker?.breaksWhenClosed()
        breaker = nil
        #expect(throws: Wire.Failure(code: ECONNRESET)) { try waits.result() }
    }

    @Test func `fifty go through at once`() throws {
        let proxy = try ScriptedProxy { wire in
            try wire.letIn()
            let heard = try wire.receive(1000)
            try wire.send(heard.reversed())
            return heard
        }
        let door = try door(to: proxy)
        let clients = try (0..<50).map { _ in try Wire(connectedTo: door.port) }
        for client in clients { try client.send(Self.greeting) }
        for client in clients.reversed() { #expect(try client.receive(2) == Self.welcome) }
        for (number, client) in clients.enumerated() { try client.send(bytes(1000, seed: UInt64(number))) }
        for (number, client) in clients.enumerated().reversed() {
            #expect(try client.receiveToEnd() == bytes(1000, seed: UInt64(number)).reversed())
        }
    }

    @Test(arguments: [true, false])
    func `who writes faster than the other reads has to wait`(theProxyWrites: Bool) throws {
        let most = 256 * Self.mebibyte
        let isStuck = DispatchSemaphore(value: 0)
        let proxy = try ScriptedProxy { wire in
            try wire.letIn()
            guard !theProxyWrites else { return try wire.sendUntilStuck(atMost: most) }
            guard isStuck.wait(timeout: .now() + .seconds(60)) == .success else { return 0 }
            return try wire.receiveToEnd().count
        }
        let client = try welcomedClient(at: try door(to: proxy))
        let written: Int
        let read: Int
        if theProxyWrites {
            written = try proxy.result()
            read = try client.receiveToEnd().count
        } else {
            written = try client.sendUntilStuck(atMost: most)
            client.endOutput()
            isStuck.signal()
            read = try proxy.result()
        }
        // The kernel keeps some megabytes for each of the four sockets; we must not keep the rest.
        #expect(written < most / 2)
        #expect(read == written)
    }

    // MARK: - The end

    @Test func `a door that is let go is shut, and the connections through it are broken`() throws {
        let proxy = try ScriptedProxy { wire in
            try wire.letIn()
            return try wire.receiveToEnd()
        }
        var door = SOCKSLogin(host: "127.0.0.1", port: proxy.port, user: "jo", password: "secret")
        let port = try #require(door?.port)
        let client = try welcomedClient(at: try #require(door))
        let silent = try Wire(connectedTo: port)
        let another = try welcomedClient(at: try #require(door))
        door = nil
        #expect(throws: Wire.Failure(code: ECONNRESET)) { try client.receiveToEnd() }
        #expect(throws: Wire.Failure(code: ECONNRESET)) { try another.receiveToEnd() }
        #expect(throws: Wire.Failure(code: ECONNRESET)) { try proxy.result() }
        // Connections are broken after the port is closed.
        #expect(throws: Wire.Failure(code: ECONNREFUSED)) { try Wire(connectedTo: port) }
        #expect(throws: Wire.Failure(code: ECONNRESET)) { try silent.receiveToEnd() }
    }

    // MARK: - The client library

    @Test func `the client library gets an answer through it`() async throws {
        let proxy = try ScriptedProxy { wire in
            try wire.letIn()
            let target = try wire.takeRequest()
            try wire.takeHead()
            try wire.send(Array("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello".utf8))
            return target
        }
        let answer = try await fetch("http://site.test/", through: try door(to: proxy))
        #expect(answer == "hello")
        #expect(try proxy.result() == "site.test:80")
    }

    @Test func `the client library hears of a refusal`() async throws {
        let proxy = try ScriptedProxy { wire in try wire.takeLogin("jo", "another") }
        let door = try door(to: proxy)
        await #expect(throws: (any Error).self) { try await fetch("http://site.test/", through: door) }
        #expect(try proxy.result() == false)
    }

    private func fetch(_ address: String, through door: SOCKSLogin) async throws -> String {
        var configuration = HTTPClient.Configuration()
        configuration.proxy = .socksServer(host: "127.0.0.1", port: door.port)
        // Otherwise it would try again until the time is over.
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let response = try await client.execute(HTTPClientRequest(url: address), timeout: .seconds(30))
            let body = try await response.body.collect(upTo: 1000)
            try await client.shutdown()
            return String(buffer: body)
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    // MARK: - What the tests share

    /// A door to the proxy; both stay until the end of the test.
    private func door<Value>(
        to proxy: ScriptedProxy<Value>, _ user: String = "jo", _ password: String = "secret"
    ) throws -> SOCKSLogin {
        let door = try #require(SOCKSLogin(host: "127.0.0.1", port: proxy.port, user: user, password: password))
        kept.objects += [proxy, door] as [AnyObject]
        return door
    }

    /// A door to a port; it stays until the end of the test.
    private func door(to wire: Wire) throws -> SOCKSLogin {
        let door = try #require(SOCKSLogin(host: "127.0.0.1", port: wire.port, user: "jo", password: "secret"))
        kept.objects += [wire, door] as [AnyObject]
        return door
    }

    private func welcomedClient(at door: SOCKSLogin) throws -> Wire {
        let client = try Wire(connectedTo: door.port)
        try client.send(Self.greeting)
        #expect(try client.receive(2) == Self.welcome)
        return client
    }

    private func expectRefusal(at door: SOCKSLogin, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let client = try Wire(connectedTo: door.port)
        try client.send(Self.greeting)
        let answer = try client.receiveToEnd()
        #expect(answer == Self.refusal, sourceLocation: sourceLocation)
    }

    private func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    }
}

// MARK: - The proxy

/// A proxy that does what the test says with each connection, each on a thread.
private final class ScriptedProxy<Value: Sendable>: Sendable {
    var port: Int { listener.port }
    private let listener: Wire
    private let results = Results<Value>()

    init(_ serve: @escaping @Sendable (Wire) throws -> Value) throws {
        listener = try Wire(listening: true)
        inBackground { [listener, results] in
            while let wire = try? listener.accept() {
                inBackground { results.append(Result { try serve(wire) }) }
            }
        }
    }

    deinit { listener.stop() }

    /// What came of the connection that is over next, waited for half a minute.
    func result() throws -> Value { try results.next() }
}

private final class Results<Value: Sendable>: Sendable {
    private struct None: Error {}

    private let waiting = Mutex<[Result<Value, any Error>]>([])
    private let count = DispatchSemaphore(value: 0)

    func append(_ result: Result<Value, any Error>) {
        waiting.withLock { $0.append(result) }
        count.signal()
    }

    func next() throws -> Value {
        guard count.wait(timeout: .now() + .seconds(30)) == .success else { throw None() }
        return try waiting.withLock { $0.removeFirst() }.get()
    }
}

extension Wire {
    fileprivate struct WrongLogin: Error {}

    fileprivate func letIn(_ user: String = "jo", _ password: String = "secret") throws {
        guard try takeLogin(user, password) else { throw WrongLogin() }
    }

    /// The proxy's side of a login (RFC 1928, 3; RFC 1929, 2).
    ///
    /// - Returns: whether the client said the right user and password.
    fileprivate func takeLogin(_ user: String, _ password: String) throws -> Bool {
        #expect(try receive(3) == [5, 1, 2])
        try send([5, 2])
        #expect(try receive(1) == [1])
        let isRight = try takeText() == user && takeText() == password
        try send([1, isRight ? 0 : 1])
        return isRight
    }

    /// A request for a connection to a name (RFC 1928, 4), and the answer that it has been made.
    fileprivate func takeRequest() throws -> String {
        #expect(try receive(4) == [5, 1, 0, 3])
        let name = try takeText()
        let port = try receive(2)
        try send([5, 0, 0, 1, 0, 0, 0, 0, 0, 0])
        return "\(name):\(Int(port[0]) << 8 | Int(port[1]))"
    }

    /// The head of an HTTP request.
    fileprivate func takeHead() throws {
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) { head += try receive(1) }
    }

    private func takeText() throws -> String {
        let count = try receive(1)[0]
        return String(decoding: try receive(Int(count)), as: UTF8.self)
    }
}

// MARK: - Sockets

/// Runs on a thread of its own, for work that blocks.
private func inBackground(_ work: @escaping @Sendable () -> Void) {
    let context = unsafe Unmanaged.passRetained(Work(work)).toOpaque()
    var thread = pthread_t()
    let code = unsafe pthread_create(
        &thread, nil,
        { context in
            guard let context = unsafe context else { return nil }
            unsafe Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run()
            return nil
        }, context)
    precondition(code == 0, "no thread")
    pthread_detach(thread)
}

private final class Work: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
