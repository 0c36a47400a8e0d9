package import Conversations

/// Reads sessions of aichat: a file, or all of a folder.
package struct AichatTranscriptSource: TranscriptSource {
    static let tool = "aichat"

    private let now: Timestamp
    private var waiting: ArraySlice<ForeignFile>
    /// The session's name where only one is read.
    private let name: String?
    package private(set) var bytesRead = 0

    /// - Parameter now: The time of a session that is no file.
    package init(_ input: InputFile, now: Timestamp) throws {
        self.now = now
        let files = try ForeignFiles.files(of: input) { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }
        guard !files.isEmpty else { throw BrokenTranscripts(reason: "there are no sessions in it, which end in .yaml") }
        waiting = files[...]
        name = input.path == InputFile.standardInput ? nil : input.path
    }

    package mutating func next() throws -> Transcript? {
        while let file = waiting.popFirst() {
            let name = (file.name ?? name).map(Self.sessionName)
            do {
                var window = try file.window()
                let bytes = Array(try window.readAll())
                bytesRead += bytes.count
                guard
                    var draft = try AichatSession(bytes).draft(name: name, modifiedAt: try file.modifiedAt() ?? now)
                else { continue }
                draft.metadata[TranscriptDraft.origin] = Self.tool
                return draft.transcript(now: now)
            } catch let error as Unreadable {
                throw BadRecord(position: name.map { "session \"\($0)\"" } ?? "session", reason: error.reason)
            }
        }
        return nil
    }

    /// The file's name without folders and ending.
    private static func sessionName(_ path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        return ForeignText.some(name.lastIndex(of: ".").map { String(name[..<$0]) }) ?? String(name)
    }
}
