internal import JSON

/// What a message of ChatGPT's says, as text.
///
/// Kept is what its user saw in the conversation: texts, images and sounds by name, programs that it ran and what these
/// printed, documents that it wrote, quotations. Left out are its thoughts, the orders that it gave to other tools, and
/// what those answered.
struct ChatGPTContent {
    private let message: JSONValue
    private let content: JSONValue
    private let type: String
    private let isTools: Bool

    init(of message: JSONValue) {
        self.message = message
        content = message["content"] ?? .null
        type = content["content_type"]?.string ?? ""
        isTools = message["author"]?["role"]?.string == "tool"
    }

    /// Nil where there is nothing to read.
    var text: String? {
        guard !isPlumbing else { return nil }
        switch type {
        case "code": return program
        case "execution_output": return ForeignText.some(content["text"]?.string).map { ForeignText.code($0) }
        case "system_error": return ForeignText.joined([content["name"]?.string, content["text"]?.string])
        case "tether_quote":
            return ForeignText.joined([content["title"]?.string, content["url"]?.string, content["text"]?.string])
        case "computer_output": return ForeignText.placeholder("image", nil)
        default: return ForeignText.joined(parts + others + files)
        }
    }

    private var isPlumbing: Bool {
        switch type {
        case "thoughts", "reasoning_recap", "model_editable_context": return true
        case "text", "tether_browsing_display", "sonic_webpage":
            if isTools { return true }
        default: break
        }
        let recipient = message["recipient"]?.string ?? "all"
        return recipient != "all" && !recipient.hasPrefix("python") && !recipient.hasPrefix("canmore")
    }

    private var program: String? {
        let language = content["language"]?.string
        return ForeignText.some(content["text"]?.string).map {
            ForeignText.code($0, language: language == "unknown" ? nil : language)
        }
    }

    // MARK: - Parts

    private var parts: [String?] {
        (content["parts"]?.elements ?? []).map { part in part.string ?? object(part) }
    }

    private func object(_ part: JSONValue) -> String? {
        switch part["content_type"]?.string {
        case "image_asset_pointer":
            let prompt = part["metadata"]?["dalle"]?["prompt"]?.string
            return ForeignText.placeholder("image", name(ofFile: part["asset_pointer"]?.string) ?? prompt)
        // What was said stands beside it.
        case "audio_asset_pointer", "real_time_user_audio_video_asset_pointer":
            return isTranscribed ? nil : ForeignText.placeholder("audio", nil)
        case let type:
            return ForeignText.joined(part.texts) ?? type.map { ForeignText.placeholder($0, nil) }
        }
    }

    private var isTranscribed: Bool {
        content["parts"]?.elements?.contains { $0["content_type"]?.string == "audio_transcription" } ?? false
    }

    /// Of content that is unknown, or has no parts, whatever text there is.
    private var others: [String?] {
        guard content["parts"] == nil else { return [] }
        return ["user_profile", "user_instructions", "text", "result", "summary", "content"].flatMap { key in
            content[key]?.texts ?? []
        }
    }

    // MARK: - Files

    private var attachments: [JSONValue] { message["metadata"]?["attachments"]?.elements ?? [] }

    /// `file-service://file-abc` and `sediment://file_abc` name a file by its id.
    private func id(of pointer: String) -> Substring {
        pointer.lastIndex(of: "/").map { pointer[pointer.index(after: $0)...] } ?? pointer[...]
    }

    private func name(ofFile pointer: String?) -> String? {
        guard let pointer else { return nil }
        let id = id(of: pointer)
        return attachments.first { $0["id"]?.string.map { $0 == id } ?? false }?["name"]?.string
    }

    /// Files that no part shows.
    private var files: [String?] {
        let shown = (content["parts"]?.elements ?? []).compactMap { $0["asset_pointer"]?.string.map(id) }
        return attachments.compactMap { attachment in
            if let id = attachment["id"]?.string, shown.contains(id[...]) { return nil }
            return attachment["name"]?.string.map { ForeignText.placeholder("file", $0) }
        }
    }
}
