/// A proxy on this machine: an HTTP one (absolute addresses and CONNECT) or a SOCKS 5 one, with a password or without.
///
/// It connects to this machine only. Names are looked up in its own table, so that a test can see that it was the proxy
/// that resolved them.
package final class LoopbackProxy: Sendable {
    package enum Kind: Sendable { case http, socks5 }

    package struct Credentials: Sendable, Equatable {
        package var user: String
        package var password: String

        package init(user: String, password: String) {
            self.user = user
            self.password = password
        }
    }

    /// What a client asked for.
    package struct Asked: Sendable, Equatable {
        package enum Way: Sendable { case absoluteAddress, tunnel, socks5 }

        package var way: Way
        /// As the client wrote it: a name, an IPv4 address, an IPv6 address in brackets.
        package var host: String
        package var port: UInt16
        /// What the client gave; nil where it gave nothing.
        package var credentials: Credentials?
        /// The proxy did as it was asked.
        package var wasGranted: Bool
    }

    /// In the order in which it was asked.
    package let asked = Recorded<Asked>()
    /// What clients sent that no proxy understands: a test wants none.
    package let failures = Recorded<String>()
    private let listener: Listener
    private let kind: Kind

    /// - Parameters:
    ///   - credentials: What a client must give; nil where it needs none.
    ///   - names: Names that stand for this machine, beside `localhost`, `127.0.0.1` and `[::1]`.
    package init(_ kind: Kind, credentials: Credentials? = nil, names: Set<String> = ["site.test"]) throws {
        self.kind = kind
        let stopping = try Gate()
        let (asked, failures) = (asked, failures)
        listener = try Listener(stopping: stopping) { socket, number in
            let session = ProxySession(
                client: socket, names: names, credentials: credentials, stopping: stopping, asked: asked)
            do {
                switch kind {
                case .http: try session.serveHTTP()
                case .socks5: try session.serveSOCKS()
                }
            } catch is SystemFailure {
                // One side has gone.
            } catch {
                failures.append("connection \(number): \(error)")
            }
        }
    }

    /// Ends all connections and threads.
    package func stop() { listener.stop() }

    package var port: UInt16 { listener.port }

    /// `http://127.0.0.1:40001` or `socks5://127.0.0.1:40001`, with credentials where given.
    package func address(_ credentials: Credentials? = nil) -> String {
        let scheme = kind == .http ? "http" : "socks5"
        let user = credentials.map { "\($0.user):\($0.password)@" } ?? ""
        return "\(scheme)://\(user)127.0.0.1:\(port)"
    }
}
