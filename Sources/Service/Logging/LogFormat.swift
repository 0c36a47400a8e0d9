internal import Conversations
internal import JSON
internal import Logging

/// How a line of the log looks.
package enum LogFormat: String, CaseIterable, Sendable {
    /// For people: `2026-01-31T12:00:00.000Z info answered method=GET …`.
    case text
    /// For programs: an object a line.
    case json

    /// - Returns: the line with its end. Nothing in it can pass for another line, or move a terminal.
    func line(
        at time: Timestamp, _ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata
    ) -> [UInt8] {
        let members = metadata.sorted { $0.key < $1.key }
        switch self {
        case .json:
            return JSONWriter.line { json in
                json.member("time", time.rfc3339)
                json.member("level", level.rawValue)
                json.member("message", message)
                for (key, value) in members {
                    json.key(named: key)
                    if case .stringConvertible(let number as Int) = value {
                        json.integer(number)
                    } else {
                        json.string("\(value)")
                    }
                }
            }
        case .text:
            var text = "\(time.rfc3339) \(level.rawValue) \(message)"
            for (key, value) in members { text += " \(key)=\(value)" }
            return Array(text.utf8.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: "?") : $0 }) + [UInt8(ascii: "\n")]
        }
    }
}
