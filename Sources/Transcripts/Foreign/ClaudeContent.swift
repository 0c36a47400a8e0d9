internal import JSON

/// What a message of Claude's says, as text.
///
/// Kept are its texts, documents that Claude wrote (artifacts), and files that came with it: their names, and the text
/// that Claude was given of them. Left out are its thoughts, its orders to other tools, and what those answered.
enum ClaudeContent {
    /// Nil where there is nothing to read.
    static func text(of message: JSONValue) -> String? {
        let blocks = ForeignText.joined((message["content"]?.elements ?? []).map(text(ofBlock:)))
        // The older field says of blocks that are no text only that they are not supported.
        let said = blocks ?? ForeignText.some(message["text"]?.string)
        return ForeignText.joined([said] + files(of: message))
    }

    private static func text(ofBlock block: JSONValue) -> String? {
        switch block["type"]?.string {
        case "thinking", "redacted_thinking", "tool_result": nil
        case "tool_use": block["input"].flatMap(document)
        default: ForeignText.joined(block.texts)
        }
    }

    /// What a tool was given to write, under the names that tools have for it.
    private static func document(_ input: JSONValue) -> String? {
        let keys = ["content", "code", "file_text"]
        guard let text = keys.lazy.compactMap({ ForeignText.some(input[$0]?.string) }).first else { return nil }
        let title = input["title"]?.string ?? input["path"]?.string
        return ForeignText.joined([title, ForeignText.code(text, language: input["language"]?.string)])
    }

    private static func files(of message: JSONValue) -> [String?] {
        let attachments = message["attachments"]?.elements ?? []
        let shown = attachments.map { $0["file_name"]?.string ?? "" }
        let files = (message["files"]?.elements ?? []).compactMap { file -> String? in
            guard let name = file["file_name"]?.string, !shown.contains(name) else { return nil }
            return ForeignText.placeholder(file["file_kind"]?.string == "image" ? "image" : "file", name)
        }
        return attachments.map { attachment in
            ForeignText.joined([
                ForeignText.placeholder("file", attachment["file_name"]?.string),
                ForeignText.some(attachment["extracted_content"]?.string).map { ForeignText.code($0) },
            ])
        } + files
    }
}
