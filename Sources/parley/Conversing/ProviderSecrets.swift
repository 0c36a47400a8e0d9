import Glibc
import Providers

/// Gets the keys of providers from where they are: never from the configuration itself.
enum ProviderSecrets {
    /// There is none to be had. It names the place, and nothing that is in it.
    struct Missing: Error {
        /// What is wrong: `LOCAL_KEY is not set`.
        var problem: String
        /// What to do about it.
        var advice: String
    }

    private static let maximumBytes = 64 << 10

    /// - Throws: ``Missing``.
    static func secret(_ source: SecretSource) throws -> String {
        switch source {
        case .environment(let name):
            guard let pointer = unsafe getenv(name), let value = unsafe String(validatingCString: pointer),
                !value.isEmpty
            else { throw Missing(problem: "\(name) is not set", advice: "export it") }
            return try valid(value[...], from: name)
        case .file(let path):
            let text = try text(of: path)
            let lines = text.split(whereSeparator: \.isNewline)
            guard lines.count <= 1 else {
                throw Missing(problem: "\(path) has several lines", advice: "leave the key alone in it")
            }
            return try valid(lines.first ?? "", from: path)
        }
    }

    private static func text(of path: String) throws -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while bytes.count < maximumBytes {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { break }
            if count > 0 { bytes += chunk[..<count] } else if errno != EINTR { throw unreadable(path) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func unreadable(_ path: String) -> Missing {
        let reason = unsafe String(cString: strerror(errno))
        return Missing(problem: "\(path) cannot be read (\(reason))", advice: "put the key there")
    }

    /// It goes into a header.
    private static func valid(_ secret: Substring, from place: String) throws -> String {
        guard !secret.isEmpty, secret.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Missing(
                problem: "\(place) is empty, or has spaces or strange characters in it",
                advice: "put the key there alone")
        }
        return String(secret)
    }
}
