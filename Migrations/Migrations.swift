/// One step of the schema, as it stands in its `.sql` file.
package struct Migration: Sendable, Equatable {
    /// 1, 2, 3 … without gaps: the number that the file's name begins with.
    package var version: Int
    /// What follows the number in the file's name.
    package var name: String
    /// SHA-256 of the file in hexadecimal, as `sha256sum` prints it. Written down here when the migration lands, so that
    /// nothing is hashed when a database is opened; a test compares it with the file.
    package var checksum: String
    /// The file's bytes, embedded in the program at build.
    package var sql: String { String(decoding: bytes(), as: UTF8.self) }

    /// Fetched when asked for: a program that has nothing to migrate touches no SQL.
    private var bytes: @Sendable () -> [UInt8]

    package init(version: Int, name: String, checksum: String, bytes: @escaping @Sendable () -> [UInt8]) {
        self.version = version
        self.name = name
        self.checksum = checksum
        self.bytes = bytes
    }

    package static func == (one: Migration, other: Migration) -> Bool {
        one.version == other.version && one.name == other.name && one.checksum == other.checksum
    }
}

extension Migration {
    /// Every migration, oldest first. A new one is its file, a line in Package.swift and a line here; one that has landed
    /// is never edited: the next mends it.
    package static let all = [
        Migration(
            version: 1, name: "conversations",
            checksum: "5343b03c0882e44bdd9846cf1b74ab39217d5d48f2373cfd63b15117a2ad0266",
            bytes: { PackageResources._001_conversations_sql }),
        Migration(
            version: 2, name: "site_facts",
            checksum: "ef13ab0ac9ca625e77a0b7e2218843a825789a3d5ca3aec366c4c3fb6839ed42",
            bytes: { PackageResources._002_site_facts_sql }),
        Migration(
            version: 3, name: "message_index",
            checksum: "79bc8a51ce928926974846a722b1c8d4af58851b45fd4c1ba70305b5ff46135a",
            bytes: { PackageResources._003_message_index_sql }),
        Migration(
            version: 4, name: "symbols_in_index",
            checksum: "8fbdc784dedb673eaf7408e282363f8341bc9f386c64fd3a8cd4abaa4efa452e",
            bytes: { PackageResources._004_symbols_in_index_sql }),
        Migration(
            version: 5, name: "provider_health",
            checksum: "c44bcdc3a0ff6452914c87aa5c5c92e24f00b0905dfc6a0fcfcd1f1862765e09",
            bytes: { PackageResources._005_provider_health_sql }),
        Migration(
            version: 6, name: "service",
            checksum: "2301d0a7a3459afd7e46848cce44afb05dad0f98a8fbaf45bdf9e120a1034253",
            bytes: { PackageResources._006_service_sql }),
    ]
}
