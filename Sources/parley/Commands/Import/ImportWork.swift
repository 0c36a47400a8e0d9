import Conversations
import Transcripts

/// Files on their way into a store: all of them in one transaction.
struct ImportWork: Sendable {
    /// A file that has been looked at, and what it is. It is opened again at its turn: there may be more files than a
    /// process may have open.
    struct File: Sendable {
        let path: String
        let format: ImportFormat
        /// How many bytes there are to read; nil where nobody knows beforehand: of a folder, of a zip, which has more in
        /// it than chats, of a database.
        let byteCount: Int?
        /// What comes once, and stays open until its turn.
        private var stream: InputFile?

        /// - Parameter format: nil to be told by what is in it.
        init(_ path: String, as format: ImportFormat?) throws {
            let input = try InputFile.open(path)
            do {
                self.format = try ImportFormat(of: input, named: format)
            } catch {
                input.close()
                throw error
            }
            self.path = path
            byteCount = self.format == .llm || ImportFormat.isZip(input) ? nil : input.byteCount
            stream = input.isStream ? input : nil
            if !input.isStream { input.close() }
        }

        /// Lets its chats be read, and closes it.
        func read(now: Timestamp, _ body: (inout any TranscriptSource) throws -> Void) throws {
            var opened: InputFile?
            defer { if stream == nil { opened?.close() } }
            var source = try format.source(of: path, now: now) {
                let input = try stream ?? InputFile.open(path)
                opened = input
                return input
            }
            try body(&source)
        }

        func close() { stream?.close() }

        /// The same, once all has come that comes in pieces. What is given back is to be closed as well.
        func whole() throws -> File {
            var file = self
            file.stream = try stream?.spooled()
            return file
        }
    }

    let files: [File]
    let skipsBad: Bool
    /// false to find out what would be added, and add nothing.
    let isKept: Bool
    /// The time of what has none.
    let now: Timestamp

    /// Of all files together; nil where nobody knows.
    var byteCount: Int? {
        files.reduce(0) { sum, file in sum.flatMap { sum in file.byteCount.map { sum + $0 } } }
    }

    func close() {
        for file in files { file.close() }
    }

    /// - Parameter progress: Told how many bytes have been read.
    /// - Throws: ``BadImport`` where something makes no sense that is not left out.
    func run(
        into store: any ConversationStore, for owner: Owner, progress: @escaping @Sendable (Int) -> Void
    ) async throws -> ImportReport {
        // While chats are added nobody else can write: what is slow to come is waited for before.
        var whole: [File] = []
        defer { for file in whole { file.close() } }
        for file in files { whole.append(try file.whole()) }
        return try await store.importChats(for: owner, isKept: isKept) { [whole] importer in
            var report = ImportReport()
            var bytesBefore = 0
            for file in whole {
                do {
                    let before = bytesBefore
                    try add(file, to: &importer, counting: &report) { read in
                        bytesBefore = before + read
                        progress(bytesBefore)
                    }
                } catch let error as BadRecord {
                    throw BadImport(file: file.path, position: error.position, reason: error.reason)
                } catch let error as BrokenTranscripts {
                    throw BadImport(
                        file: file.path, position: error.position, reason: error.reason, canBeSkipped: false)
                }
            }
            return report
        }
    }

    private func add(
        _ file: File, to importer: inout any ChatImporter, counting report: inout ImportReport,
        progress: (Int) -> Void
    ) throws {
        try file.read(now: now) { source in
            while true {
                try Task.checkCancellation()
                do {
                    guard let transcript = try source.next() else { return progress(source.bytesRead) }
                    report.count(try importer.add(transcript))
                } catch let error as BadRecord where skipsBad {
                    report.skip(
                        files.count == 1
                            ? error : BadRecord(position: "\(file.path): \(error.position)", reason: error.reason))
                }
                progress(source.bytesRead)
            }
        }
    }
}

/// Why nothing of an import is kept.
struct BadImport: Error, Equatable {
    var file: String
    var position: String
    var reason: String
    /// What is wrong can be left out, and the rest be read.
    var canBeSkipped = true
}
