import ArgumentParser
import Conversations
import Glibc
import Storage
import Transcripts

/// What a file with conversations can be, and who reads it.
enum ImportFormat: String, CaseIterable, Sendable, ExpressibleByArgument {
    /// What `parley export` writes as json and jsonl.
    case parley
    case markdown
    case chatgpt
    case claude
    case llm
    case aichat

    /// Who reads the file's chats, one after the other. A folder, or a file that must be read in another order than from
    /// its beginning, is opened by its path.
    ///
    /// - Parameters:
    ///   - now: The time of chats and messages that have none.
    ///   - open: Opens the file. Not asked for a database: whoever closes one of this process's own gives up its locks.
    func source(of path: String, now: Timestamp, open: () throws -> InputFile) throws -> any TranscriptSource {
        switch self {
        case .parley: return try JSONTranscriptSource(open(), now: now)
        case .markdown: return try MarkdownTranscriptSource(open(), now: now)
        case .chatgpt: return try ForeignTranscriptSource(open(), of: ChatGPTConversation.self, now: now)
        case .claude: return try ForeignTranscriptSource(open(), of: ClaudeConversation.self, now: now)
        case .aichat: return try AichatTranscriptSource(open(), now: now)
        case .llm: return try LLMLogs(path: path, now: now)
        }
    }

    /// An export of it may be a folder.
    private var readsFolders: Bool { self == .chatgpt || self == .claude || self == .aichat }

    /// What the input is.
    ///
    /// - Parameter name: What its user says that it is; nil for whatever is in it.
    /// - Throws: ``Failure`` where it cannot be that, or has to be a file and is none.
    init(of input: InputFile, named name: ImportFormat?) throws {
        if input.isStream, let what = Self.contentsOfFile(input, named: name) {
            throw Failure(
                ExitStatus.badData, "needs_file",
                "\(input.path) has \(what), which is not read as it comes: save it, and name the file; "
                    + "nothing was imported")
        }
        if let name, name != .llm, Self.isDatabase(input) {
            throw Self.foreign(input, "an SQLite database", "--from llm")
        }
        self = try name ?? .recognized(in: input)
        if input.isFolder && !readsFolders { throw InputError(path: input.path, number: EISDIR) }
    }

    /// What there is in it that is not read from its beginning to its end; nil for nothing such.
    private static func contentsOfFile(_ input: InputFile, named name: ImportFormat?) -> String? {
        if input.isFolder { return "a folder" }
        if isZip(input) { return "a zip" }
        return name == .llm || isDatabase(input) ? "a database" : nil
    }

    static func isZip(_ input: InputFile) -> Bool { input.beginning.starts(with: "PK\u{3}\u{4}".utf8) }

    private static func isDatabase(_ input: InputFile) -> Bool {
        input.beginning.starts(with: "SQLite format 3\0".utf8)
    }

    /// What the input is, by its first bytes. Parley's own formats are told apart without being named.
    ///
    /// - Throws: ``Failure`` where it is another tool's, which has to be named, or nothing known.
    private static func recognized(in input: InputFile) throws -> ImportFormat {
        let beginning = input.beginning
        func contains(_ text: String) -> Bool { String(decoding: beginning, as: UTF8.self).contains(text) }

        if input.isFolder { throw foreign(input, "a folder", "--from chatgpt") }
        if isDatabase(input) { throw foreign(input, "an SQLite database", "--from llm") }
        if isZip(input) { throw foreign(input, "a zip", "--from chatgpt or --from claude") }
        if beginning.starts(with: "model:".utf8) { throw foreign(input, "a session of aichat", "--from aichat") }
        let text = beginning.drop { $0 <= 0x20 || [0xEF, 0xBB, 0xBF].contains($0) }
        if text.starts(with: "---".utf8) || text.starts(with: "<!-- parley:".utf8) { return .markdown }
        guard let first = text.first else { return .parley }
        if text.starts(with: "<!DOCTYPE html>".utf8) {
            throw Failure(
                ExitStatus.badData, "unknown_format",
                "\(input.path) is a page for reading: export the chats as json, jsonl or markdown; nothing was imported"
            )
        }
        guard "{[".utf8.contains(first) else {
            throw Failure(
                ExitStatus.badData, "unknown_format",
                "\(input.path) is not known for what it is: say what wrote it with --from; nothing was imported")
        }
        // As keys, that is: within a text the quotation marks would stand behind backslashes.
        if first == UInt8(ascii: "[") {
            if contains("\"mapping\"") { throw foreign(input, "an export of ChatGPT", "--from chatgpt") }
            if contains("\"chat_messages\"") { throw foreign(input, "an export of Claude", "--from claude") }
        }
        return .parley
    }

    private static func foreign(_ input: InputFile, _ what: String, _ option: String) -> Failure {
        Failure(
            ExitStatus.badData, "foreign_format",
            "\(input.path) seems to be \(what): use \(option); nothing was imported")
    }
}
