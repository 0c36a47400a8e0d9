import Glibc
import Providers

/// Gets the keys of providers from where they are: never from the configuration itself.
enum ProviderSecrets {
    private static let maximumBytes = 64 << 10

    /// - Throws: ``Failure`` where there is none. It names the place, and nothing that is in it.
    static func secret(_ source: SecretSource) throws -> String {
        switch source {
        case .environment(let name):
            guard let value = unsafe getenv(name).flatMap({ unsafe String(validatingCString: $0) }), !value.isEmpty
            else {
                throw Failure(
                    ExitStatus.configuration, "no_key", "the key is to be in \(name), which is not set: export it")
            }
            return try valid(value, from: name)
        case .file(let path):
            let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                let reason = unsafe String(cString: strerror(errno))
                throw Failure(
                    ExitStatus.configuration, "no_key", "the key is to be in \(path), which cannot be read (\(reason))")
            }
            defer { close(descriptor) }
            var bytes = [UInt8](repeating: 0, count: maximumBytes)
            let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            let text = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
            return try valid(String(text.prefix { !$0.isNewline }), from: path)
        }
    }

    /// It goes into a header.
    private static func valid(_ secret: String, from place: String) throws -> String {
        guard !secret.isEmpty, secret.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Failure(
                ExitStatus.configuration, "invalid_key",
                "the key in \(place) is empty, or has spaces or strange characters in it: mend it")
        }
        return secret
    }
}
