internal import Crypto

/// The keys of the service, as programs send them.
package enum ServiceKeyText {
    /// Shorter ones than this could be guessed, and are taken from nobody.
    package static let minimumLength = 16
    package static let maximumLength = 512

    /// A fresh one: 256 random bits behind a word that tells what it is for.
    package static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        // 43 characters of 6 bits each.
        let letters = (0..<43).map { _ in alphabet[Int(UInt8.random(in: 0..<64, using: &generator))] }
        return "parley_" + String(decoding: letters, as: UTF8.self)
    }

    /// What is kept of a key, and compared: SHA-256, 32 bytes. A key has too many possible values for anybody to find it by
    /// its hash, and no comparison of hashes tells how much of a key was right.
    package static func hash(_ key: some StringProtocol) -> [UInt8] {
        Array(SHA256.hash(data: Array(key.utf8)))
    }

    /// Characters that a header can carry, without spaces.
    package static func isSendable(_ key: some StringProtocol) -> Bool {
        key.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }
}
