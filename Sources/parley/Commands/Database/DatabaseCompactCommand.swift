import ArgumentParser
import JSON
import Storage

extension DatabaseCommand {
    struct Compact: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "compact",
            abstract: "Give the space of what was erased back to the disk.",
            discussion: """
                Writes the file anew, which takes room for two copies of what is in it meanwhile, beside it or where \
                SQLITE_TMPDIR says. Others may read, and wait with what they write.

                EXAMPLE:
                  parley db compact
                """
        )

        @OptionGroup var format: JSONOption
        @OptionGroup var global: GlobalOptions

        func run() async throws {
            let library = try Library(global)
            SQLiteConversationStore.putTemporaryFiles(besides: library.path)
            let compaction = try await library.withPresentFile { try await $0.compact() }
            if compaction.isHeldUp {
                global.notices.notice("others read the database just now: it shrinks when they are done")
            }
            if format.json {
                try StandardOutput.write(
                    JSONWriter.line { json in
                        json.member("path", library.path)
                        json.member("before_bytes", compaction.bytesBefore)
                        json.member("after_bytes", compaction.bytesAfter)
                        json.member("held_up", compaction.isHeldUp)
                    })
            } else {
                let (before, after) = (FileSize.text(compaction.bytesBefore), FileSize.text(compaction.bytesAfter))
                try StandardOutput.write("\(library.path): \(before) before, \(after) now\n")
            }
        }
    }
}
