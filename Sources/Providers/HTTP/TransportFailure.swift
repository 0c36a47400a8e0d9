internal import AsyncHTTPClient
internal import Conversations
private import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPCompression
internal import NIOPosix
internal import NIOSOCKS
internal import NIOSSL

/// What goes wrong below HTTP, in our words. Those of others are not passed on: they may hold a password.
enum TransportFailure {
    /// - Parameters:
    ///   - hasAnswer: The head of the answer had come.
    ///   - proxied: Whom we connect to is the proxy.
    static func error(_ error: any Error, hasAnswer: Bool, proxied: Bool) -> any Error {
        switch error {
        case is ProviderError, is CancellationError: return error
        case let error as HTTPClientError:
            return error == .cancelled ? CancellationError() : clientError(error, hasAnswer: hasAnswer)
        case let error as NIOConnectionError: return connectionError(error, proxied: proxied)
        case let error as IOError: return systemError(error.errnoCode, hasAnswer: hasAnswer, proxied: proxied)
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: return tlsError(error, hasAnswer: hasAnswer)
        case is NIOHTTPDecompression.DecompressionError, is NIOHTTPDecompression.ExtraDecompressionError:
            return ProviderError(.brokenStream, "it cannot be unpacked")
        case HTTPParserError.invalidEOFState: return ended(hasAnswer)
        case is HTTPParserError: return ProviderError(.brokenStream, "it does not speak HTTP")
        case let error as ChannelError where error == .eof || error == .inputClosed || error == .ioOnClosedChannel:
            return ended(hasAnswer)
        // Where we have a password to say, the door that says it knows no more than this.
        case is SOCKSError.NoValidAuthenticationMethod, is SOCKSError.InvalidAuthenticationSelection:
            return ProviderError(
                .unreachable, "the proxy is not there or does not let us in: see to its address, user and password")
        case is SOCKSError.ConnectionFailed: return ProviderError(.unreachable, "the proxy cannot reach it")
        case is SOCKSError.InvalidProtocolVersion, is SOCKSError.InvalidReservedByte, is SOCKSError.InvalidAddressType,
            is SOCKSError.UnexpectedRead:
            return ProviderError(.unreachable, "the proxy does not speak SOCKS5")
        default:
            return ProviderError(hasAnswer ? .endedEarly : .unreachable, "\(type(of: error))")
        }
    }

    static let proxyWantsLogin = ProviderError(.unreachable, "the proxy wants a user and a password, or others")

    private static func ended(_ hasAnswer: Bool) -> ProviderError {
        hasAnswer
            ? ProviderError(.endedEarly, "the connection was closed")
            : ProviderError(.unreachable, "the connection was closed before an answer")
    }

    private static func clientError(_ error: HTTPClientError, hasAnswer: Bool) -> ProviderError {
        switch error {
        case .connectTimeout, .tlsHandshakeTimeout, .socksHandshakeTimeout, .httpProxyHandshakeTimeout,
            .getConnectionFromPoolTimeout:
            ProviderError(.timedOut(.connect))
        case .deadlineExceeded: ProviderError(.timedOut(.total))
        case .proxyAuthenticationRequired: proxyWantsLogin
        case .invalidProxyResponse: ProviderError(.unreachable, "the proxy cannot reach it")
        case .remoteConnectionClosed, .uncleanShutdown: ended(hasAnswer)
        default: ProviderError(hasAnswer ? .endedEarly : .unreachable, error.shortDescription)
        }
    }

    private static func connectionError(_ error: NIOConnectionError, proxied: Bool) -> ProviderError {
        if let failure = error.connectionErrors.first {
            let error = self.error(failure.error, hasAnswer: false, proxied: proxied)
            return error as? ProviderError ?? ProviderError(.unreachable)
        }
        // One family of addresses may well have none; only where both fail is the name unknown.
        return ProviderError(.unreachable, "there is no host \(error.host), or no name server to ask")
    }

    private static func systemError(_ code: CInt, hasAnswer: Bool, proxied: Bool) -> ProviderError {
        switch code {
        case ENETUNREACH, ENETDOWN, EADDRNOTAVAIL: ProviderError(.offline, "this machine has no network to it")
        case ECONNREFUSED:
            ProviderError(.unreachable, proxied ? "nothing listens at its proxy's address" : "nothing listens there")
        case EHOSTUNREACH: ProviderError(.unreachable, "there is no way to the host")
        case ETIMEDOUT: ProviderError(hasAnswer ? .timedOut(.idle) : .timedOut(.connect))
        case ECONNRESET, EPIPE, ENOTCONN, EBADF: ended(hasAnswer)
        case EMFILE, ENFILE: ProviderError(.offline, "this machine has no more sockets")
        default: ProviderError(hasAnswer ? .endedEarly : .unreachable, unsafe String(cString: strerror(code)))
        }
    }

    private static func tlsError(_ error: any Error, hasAnswer: Bool) -> ProviderError {
        if hasAnswer { return ended(true) }
        let text = "\(error)"
        if text.contains("CERTIFICATE_VERIFY_FAILED") || text.contains("unableToValidateCertificate") {
            return ProviderError(.refusedByTLS, "its certificate is not one that is trusted here")
        }
        if text.contains("Hostname") || text.contains("hostname") {
            return ProviderError(.refusedByTLS, "its certificate is for another host")
        }
        if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST") {
            return ProviderError(.refusedByTLS, "it does not speak TLS; perhaps the address begins with http://")
        }
        if text.contains("EXPIRED") { return ProviderError(.refusedByTLS, "its certificate has expired") }
        return ProviderError(.refusedByTLS, "the handshake failed")
    }
}
