internal import NIOCore

/// What one side of a SOCKS5 connection has to say before bytes pass: bytes in, the next thing to do out.
protocol SOCKSTalk: Sendable {
    /// What we say before the other side has said anything; empty where it begins.
    var opening: [UInt8] { get }

    /// Takes what it understands off the front of the bytes.
    ///
    /// - Parameter bytes: All that has come and was not taken before.
    mutating func receive(_ bytes: inout ByteBuffer) throws(SOCKSFailure) -> SOCKSStep
}

enum SOCKSStep: Equatable {
    /// There is not enough to go by yet.
    case wait
    case say([UInt8])
    /// The talk has come to a good end; bytes that are left belong to what follows it.
    case end
}

enum SOCKSFailure: Error {
    /// What the other side speaks is no SOCKS5.
    case otherProtocol
    /// It does not let us in, or there is no way of logging in that both know.
    case refused
    /// It left in the middle.
    case left
}

/// The numbers of RFC 1928 and RFC 1929.
enum SOCKS {
    static let version: UInt8 = 5
    static let withoutLogin: UInt8 = 0
    static let withPassword: UInt8 = 2
    static let noMethod: UInt8 = 0xFF
    static let passwordVersion: UInt8 = 1
    static let success: UInt8 = 0
}

/// A client greets us: its version, and the ways of logging in that it knows (RFC 1928, 3). It is for us to answer, once
/// we know what.
struct SOCKSGreeting: SOCKSTalk {
    let opening: [UInt8] = []

    func receive(_ bytes: inout ByteBuffer) throws(SOCKSFailure) -> SOCKSStep {
        let start = bytes.readerIndex
        guard let version = bytes.getInteger(at: start, as: UInt8.self) else { return .wait }
        guard version == SOCKS.version else { throw .otherProtocol }
        guard let count = bytes.getInteger(at: start + 1, as: UInt8.self),
            let methods = bytes.getBytes(at: start + 2, length: Int(count))
        else { return .wait }
        guard methods.contains(SOCKS.withoutLogin) else { throw .refused }
        bytes.moveReaderIndex(forwardBy: 2 + methods.count)
        return .end
    }
}

/// We log in at a proxy. The password is said only to one that asks for it.
struct SOCKSPasswordLogin: SOCKSTalk {
    private enum State { case choosing, checking }

    let opening = [SOCKS.version, 1, SOCKS.withPassword]
    private var state = State.choosing
    private let credentials: [UInt8]

    /// - Returns: nil where user or password is longer than 255 bytes of UTF-8, which cannot be said.
    init?(user: String, password: String) {
        guard let userLength = UInt8(exactly: user.utf8.count),
            let passwordLength = UInt8(exactly: password.utf8.count)
        else { return nil }
        credentials =
            [SOCKS.passwordVersion, userLength] + Array(user.utf8) + [passwordLength] + Array(password.utf8)
    }

    mutating func receive(_ bytes: inout ByteBuffer) throws(SOCKSFailure) -> SOCKSStep {
        switch state {
        case .choosing: try choose(&bytes)
        case .checking: try check(&bytes)
        }
    }

    private mutating func choose(_ bytes: inout ByteBuffer) throws(SOCKSFailure) -> SOCKSStep {
        guard let version = bytes.getInteger(at: bytes.readerIndex, as: UInt8.self) else { return .wait }
        guard version == SOCKS.version else { throw .otherProtocol }
        guard let (_, method) = bytes.readMultipleIntegers(as: (UInt8, UInt8).self) else { return .wait }
        guard method == SOCKS.withPassword else { throw .refused }
        state = .checking
        return .say(credentials)
    }

    private func check(_ bytes: inout ByteBuffer) throws(SOCKSFailure) -> SOCKSStep {
        // The version is not looked at: some proxies say 5 here, and curl lets them.
        // https://github.com/curl/curl/blob/master/lib/socks.c
        guard let (_, status) = bytes.readMultipleIntegers(as: (UInt8, UInt8).self) else { return .wait }
        guard status == SOCKS.success else { throw .refused }
        return .end
    }
}

extension SOCKSPasswordLogin: CustomStringConvertible, CustomReflectable {
    /// Without the password, and so in dumps.
    var description: String { "SOCKSPasswordLogin" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
