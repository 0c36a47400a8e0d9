import NIOCore
import Testing

@testable import Providers

struct SOCKSTalkTests {
    /// What a talk came to: all that we said, and what was left of the bytes.
    private struct Outcome: Equatable {
        var said: [UInt8]
        var rest: [UInt8]
    }

    @Test(arguments: 1...8)
    func `a greeting is understood in pieces of any size, and what follows is left`(size: Int) throws {
        let outcome = try hold(SOCKSGreeting(), hearing: [5, 3, 2, 0, 1] + Array("more".utf8), inPiecesOf: size)
        #expect(outcome == Outcome(said: [], rest: Array("more".utf8)))
    }

    @Test(arguments: [[5], [5, 1], [5, 2, 0], []])
    func `half a greeting is waited for`(bytes: [UInt8]) throws {
        #expect(try hold(SOCKSGreeting(), hearing: bytes, inPiecesOf: 1) == nil)
    }

    @Test func `a greeting in another language, or without the way that we have, is refused`() {
        #expect(throws: SOCKSFailure.otherProtocol) {
            try hold(SOCKSGreeting(), hearing: Array("G".utf8), inPiecesOf: 1)
        }
        #expect(throws: SOCKSFailure.refused) { try hold(SOCKSGreeting(), hearing: [5, 2, 1, 2], inPiecesOf: 4) }
        #expect(throws: SOCKSFailure.refused) { try hold(SOCKSGreeting(), hearing: [5, 0], inPiecesOf: 2) }
    }

    @Test(arguments: 1...6)
    func `we log in, whatever the pieces`(size: Int) throws {
        let login = try #require(SOCKSPasswordLogin(user: "jo", password: "é"))
        let outcome = try hold(login, hearing: [5, 2, 1, 0, 9, 9], inPiecesOf: size)
        #expect(outcome == Outcome(said: [5, 1, 2, 1, 2, 0x6A, 0x6F, 2, 0xC3, 0xA9], rest: [9, 9]))
    }

    @Test func `a proxy that lets us in with the wrong version does let us in`() throws {
        let login = try #require(SOCKSPasswordLogin(user: "jo", password: ""))
        #expect(try hold(login, hearing: [5, 2, 5, 0], inPiecesOf: 4)?.said == [5, 1, 2, 1, 2, 0x6A, 0x6F, 0])
    }

    @Test(arguments: [
        ([5, 0xFF], SOCKSFailure.refused), ([5, 0], .refused), ([5, 1], .refused), ([4], .otherProtocol),
        ([0x48, 0x54], .otherProtocol), ([5, 2, 1, 1], .refused), ([5, 2, 1, 0xFF], .refused),
    ])
    func `a proxy that wants anything else is given up`(bytes: [UInt8], failure: SOCKSFailure) throws {
        let login = try #require(SOCKSPasswordLogin(user: "jo", password: "secret"))
        #expect(throws: failure) { try hold(login, hearing: bytes, inPiecesOf: 1) }
    }

    @Test func `255 bytes can be said, 256 cannot`() {
        let (fits, isLong) = (String(repeating: "é", count: 127) + "e", String(repeating: "é", count: 128))
        #expect(SOCKSPasswordLogin(user: fits, password: fits) != nil)
        #expect(SOCKSPasswordLogin(user: isLong, password: "") == nil)
        #expect(SOCKSPasswordLogin(user: "", password: isLong) == nil)
    }

    @Test func `a login shows nobody the password`() throws {
        let login = try #require(SOCKSPasswordLogin(user: "jo", password: "secret"))
        let proxy = SOCKSProxy(host: "proxy.test", port: 1080, login: login)
        var texts = "\(login) \(String(reflecting: login)) \(proxy) \(String(reflecting: proxy))"
        dump(proxy, to: &texts)
        #expect(texts.contains("proxy.test"))
        #expect(!texts.contains("secret"))
        #expect(!texts.contains("115"))  // its first letter, in a list of bytes
    }

    /// - Returns: nil where the talk waits for more.
    private func hold(_ talk: some SOCKSTalk, hearing bytes: [UInt8], inPiecesOf size: Int) throws -> Outcome? {
        var talk = talk
        var said = talk.opening
        var heard = ByteBuffer()
        for start in stride(from: 0, to: bytes.count, by: size) {
            heard.writeBytes(bytes[start..<min(start + size, bytes.count)])
            steps: while true {
                switch try talk.receive(&heard) {
                case .wait: break steps
                case .say(let bytes): said += bytes
                case .end:
                    return Outcome(said: said, rest: Array(heard.readableBytesView) + bytes.dropFirst(start + size))
                }
            }
        }
        return nil
    }
}
