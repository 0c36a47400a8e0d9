import Conversations
import Support
import Testing

@testable import Providers

struct ProviderReachTests {
    private func configuration(_ address: String) throws -> ProviderConfiguration {
        var configuration = try ProviderConfiguration(
            name: "local", .mapping([.init("kind", .text("openai")), .init("url", .text(address))]))
        configuration.timeouts.total = .seconds(77)
        return configuration
    }

    @Test(
        arguments: [
            "http://127.0.0.1:11434/v1", "http://127.200.3.4", "http://127.1", "http://localhost:8080",
            "http://api.localhost", "http://[::1]:8080/v1", "http://[0:0:0:0:0:0:0:1]", "http://[::ffff:127.0.0.1]",
        ])
    func `who is on this machine has no host that the network could fail`(address: String) throws {
        #expect(try configuration(address).reach == ProviderReach(host: nil, longestReply: .seconds(77)))
    }

    @Test(
        arguments: [
            ("https://blog.example", "blog.example"), ("http://10.0.0.127", "10.0.0.127"),
            ("http://128.0.0.1", "128.0.0.1"),
            ("http://localhost.example", "localhost.example"), ("http://[2001:db8::1]:80", "[2001:db8::1]"),
            ("http://127.0.0.1.example", "127.0.0.1.example"),
        ])
    func `anybody else has one`(address: String, host: String) throws {
        #expect(try configuration(address).reach.host == host)
    }

    @Test func `the bot on board needs no network`() {
        #expect(ElizaProvider().reach.host == nil)
    }
}
