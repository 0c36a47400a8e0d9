package import Conversations

/// Attempts with providers as comma-separated values, for spreadsheets: RFC 4180, a line of names and a line each.
///
/// The names are those of the JSON, in its order. What is not known is an empty field; what is empty, too.
/// <https://www.rfc-editor.org/rfc/rfc4180>
package enum AttemptCSV {
    package static var header: String { line(fields.map(\.name)) }

    package static func line(_ attempt: ProviderAttempt) -> String {
        line(fields.map { harmless($0.value(attempt) ?? "") })
    }

    private static let fields: [(name: String, value: @Sendable (ProviderAttempt) -> String?)] = [
        ("id", { $0.id.rawValue }),
        ("provider", { $0.provider }),
        ("model", { $0.model }),
        ("kind", { $0.kind.rawValue }),
        ("chat", { $0.message?.chat.rawValue }),
        ("message", { $0.message?.description }),
        ("attempt", { String($0.number) }),
        ("started_at", { $0.startedAt.rfc3339 }),
        ("outcome", { $0.result.outcome.rawValue }),
        ("fault", { $0.result.fault.rawValue }),
        ("http_status", { $0.result.httpStatus.map { String($0) } }),
        ("connect_ms", { $0.result.connectMilliseconds.map { String($0) } }),
        ("first_byte_ms", { $0.result.firstByteMilliseconds.map { String($0) } }),
        ("first_text_ms", { $0.result.firstTextMilliseconds.map { String($0) } }),
        ("duration_ms", { $0.result.durationMilliseconds.map { String($0) } }),
        ("max_gap_ms", { $0.result.maximumGapMilliseconds.map { String($0) } }),
        ("bytes_in", { String($0.result.bytesIn) }),
        ("chunks", { String($0.result.chunks) }),
        ("text_bytes", { String($0.result.textBytes) }),
        ("error_code", { $0.result.error?.code }),
        ("error_text", { $0.result.error?.message }),
        ("retry_after_ms", { $0.result.retryAfterMilliseconds.map { String($0) } }),
    ]

    private static func line(_ fields: [String]) -> String {
        fields.map(field).joined(separator: ",") + "\r\n"
    }

    /// Others' words must not run in a spreadsheet: what one would take for a formula gets an apostrophe before it.
    /// <https://owasp.org/www-community/attacks/CSV_Injection>
    private static func harmless(_ text: String) -> String {
        let beginnings = [
            UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), UInt8(ascii: "\t"),
            UInt8(ascii: "\r"),
        ]
        return text.utf8.first.map(beginnings.contains) ?? false ? "'" + text : text
    }

    /// In quotation marks where it would be taken for something else; those in it are doubled.
    private static func field(_ text: String) -> String {
        let special = [UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "\r"), UInt8(ascii: "\n")]
        guard text.utf8.contains(where: special.contains) else { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars { quoted += scalar == "\"" ? "\"\"" : String(scalar) }
        return quoted + "\""
    }
}
