internal import Conversations
internal import HTTPTypes
internal import Transcripts

/// Chats to be taken away, in every form there is, streamed.
struct ExportRoutes {
    let parts: ServiceParts

    var routes: [Route] {
        [
            Route(.get, "/api/export") { try await self.exportAll($0) },
            Route(.get, "/api/chats/{chat}/export") { try await self.exportOne($0) },
        ]
    }

    private func exportOne(_ request: ServiceRequest) async throws -> ServiceAnswer {
        let query = try parts.query(request, "format", "redact")
        let chat = try await parts.namedChat(of: request)
        return try answer(to: request, query, .chats([chat.id]), named: "chat-\(chat.id.short)")
    }

    private func exportAll(_ request: ServiceRequest) async throws -> ServiceAnswer {
        let query = try parts.query(
            request, "format", "redact", "since", "until", "provider", "tag", "archived")
        let selection = ChatSelection.all(try query.conditions(), archived: try query.archived() ?? nil)
        // What keeps the store from being read is told before anything is sent.
        _ = try await parts.store.messageCount(of: selection, of: request.owner)
        return try answer(to: request, query, selection, named: "chats")
    }

    private func answer(
        to request: ServiceRequest, _ query: OwnQuery, _ selection: ChatSelection, named name: String
    ) throws -> ServiceAnswer {
        let format = try query.text("format").map { text throws(ServiceError) in
            guard let format = TranscriptFormat(name: text) else {
                throw .wrongValue(
                    of: "format", wanted: TranscriptFormat.allCases.map(\.rawValue).joined(separator: ", "))
            }
            return format
        }
        let chosen = format ?? .json
        let encoder = chosen.encoder(exportedAt: parts.surroundings.now())
        let transcript = TranscriptAnswer(
            selection: selection, encoder: try query.flag("redact") ?? false ? RedactingEncoder(encoder) : encoder,
            type: chosen.contentType, fileName: "\(name).\(chosen.fileEnding)")
        return transcript.answer(to: request, from: parts)
    }
}

extension TranscriptFormat {
    fileprivate var contentType: String {
        switch self {
        case .json: "application/json"
        case .jsonl: "application/jsonl"
        case .markdown: "text/markdown; charset=utf-8"
        case .html: "text/html; charset=utf-8"
        case .text: "text/plain; charset=utf-8"
        }
    }

    fileprivate var fileEnding: String {
        switch self {
        case .json, .jsonl, .html: rawValue
        case .markdown: "md"
        case .text: "txt"
        }
    }
}
