import JSON
import Support
import Testing

@testable import Service

@Suite struct HostTests {
    @Test(arguments: [
        "localhost", "localhost:8765", "LOCALHOST", "127.0.0.1", "127.0.0.1:1", "127.8.9.10:80", "[::1]", "[::1]:8765",
        "chat.example", "chat.example:443", "localhost:",
    ])
    func `a service is asked by its own names`(authority: String) throws {
        let allowed = AllowedHosts(listeningAt: "127.0.0.1", others: ["chat.example"])
        #expect(allowed.contains(try #require(HostName(authority: authority))))
    }

    @Test(arguments: [
        "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "chat.example.evil", "192.168.1.2",
        "0.0.0.0", "[::]", "[::ffff:7f00:1]", "127.1", "2130706433", "0x7f000001", "host.local", "127.0.0.1.",
    ])
    func `by another name it is not asked`(authority: String) throws {
        let allowed = AllowedHosts(listeningAt: "127.0.0.1", others: ["chat.example"])
        #expect(!allowed.contains(try #require(HostName(authority: authority))))
    }

    @Test(arguments: [
        "", ":80", "a b", "user@localhost", "localhost:80:80", "localhost:x", "localhost:65536", "[::1", "::1",
        "[::1]x",
        "localhost/", "loc\u{e4}lhost", "[localhost]", "local\thost", "localhost,evil.example",
    ])
    func `what is no name is none`(authority: String) {
        #expect(HostName(authority: authority) == nil)
    }

    @Test func `one that listens beyond this machine is asked by any address, and by no foreign name`() throws {
        for place in ["0.0.0.0", "::", "192.168.1.2"] {
            let allowed = AllowedHosts(listeningAt: place)
            for authority in ["192.168.1.2:8765", "[fe80::1]:8765", "localhost"] {
                #expect(allowed.contains(try #require(HostName(authority: authority))))
            }
            #expect(!allowed.contains(try #require(HostName(authority: "evil.example"))))
        }
    }

    @Test(arguments: [("127.0.0.1", true), ("localhost", true), ("::1", true), ("0.0.0.0", false), ("::", false)])
    func `what nobody beyond this machine reaches is known`(host: String, isLoopback: Bool) {
        #expect(ListeningPlace.isLoopback(host) == isLoopback)
    }

    @Test(arguments: [("GET", "/v1/models"), ("GET", "/healthz"), ("POST", "/v1/chat/completions"), ("GET", "/none")])
    func `a page that has its name mean this machine gets nothing`(method: String, path: String) async throws {
        let guarded = try await GuardedService()
        let answer = try await guarded.ask(method, path, headers: ["Host": "evil.example:\(guarded.service.port)"])
        #expect(answer.status == 403)
        #expect(answer.code == "host_not_allowed")
        #expect(try answer.json()["error"]?["type"]?.string == "forbidden")
        try await guarded.stop()
    }
}
