import ArgumentParser
import Conversations
import JSON
import Service
import Storage
import Transcripts

extension ServeCommand.Keys {
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Make a key, and show it this once.",
            discussion: """
                Of the key a hash is kept: who loses it revokes it and makes another. A name that was revoked can be given \
                again, and the new key opens the conversations of the old one.

                EXAMPLES:
                  parley serve keys add telegram-bot
                  parley serve keys add telegram-bot --json | jq -r .key
                """
        )

        @Argument(help: "What it is called: letters, digits, '.', '_' and '-'.")
        var name: String

        @OptionGroup var format: JSONOption
        @OptionGroup var global: GlobalOptions

        private static let maximumLength = 64

        func run() async throws {
            try checkName()
            let library = try Library(global)
            let text = ServiceKeyText.make()
            let key = try await library.withFile { store in
                try await store.add(
                    ServiceKey(
                        name: name, owner: Owner(rawValue: name), hash: ServiceKeyText.hash(text),
                        createdAt: library.surroundings.now()))
            }
            guard format.json else {
                global.notices.notice("the key of \(name), shown this once:")
                return try StandardOutput.write(text + "\n")
            }
            try StandardOutput.write(
                JSONWriter.line { json in
                    json.serviceKey(key)
                    json.member("key", text)
                })
        }

        private func checkName() throws {
            let isFit = name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
            guard isFit, (1...Self.maximumLength).contains(name.utf8.count) else {
                throw Failure(
                    ExitStatus.usage, "usage",
                    "a key cannot be called '\(name)': take up to \(Self.maximumLength) letters, digits, '.', '_' and '-'"
                )
            }
        }
    }
}

extension JSONWriter {
    /// The members of a key, without itself or its hash.
    mutating func serviceKey(_ key: ServiceKey) {
        member("name", key.name)
        member("owner", key.owner.rawValue)
        member("created_at", key.createdAt.rfc3339)
        member("revoked_at", key.revokedAt?.rfc3339)
    }
}
