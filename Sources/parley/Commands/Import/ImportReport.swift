import Conversations
import JSON

/// What an import has come to.
struct ImportReport: Equatable, Sendable {
    private(set) var added = 0
    private(set) var grown = 0
    private(set) var unchanged = 0
    /// In chats that were added.
    private(set) var messagesOfAdded = 0
    /// In chats that were there.
    private(set) var messagesOfGrown = 0
    /// The first of what was left out.
    private(set) var skipped: [BadRecord] = []
    private(set) var skippedCount = 0

    /// No more of what was left out is named; the rest is counted.
    private static let maximumNamed = 1000

    var messages: Int { messagesOfAdded + messagesOfGrown }

    mutating func count(_ outcome: ImportOutcome) {
        if outcome.isNew {
            added += 1
            messagesOfAdded += outcome.messages
        } else if outcome.messages > 0 {
            grown += 1
            messagesOfGrown += outcome.messages
        } else {
            unchanged += 1
        }
    }

    mutating func skip(_ record: BadRecord) {
        skippedCount += 1
        if skipped.count < Self.maximumNamed { skipped.append(record) }
    }

    /// `added 12 chats and 340 messages; 3 chats grew by 7; 20 were here already`: what is none is left out.
    func sentence(isDryRun: Bool) -> String {
        var parts: [String] = []
        let (adds, grew) = isDryRun ? ("would add", "would grow") : ("added", "grew")
        if added > 0 {
            parts.append("\(adds) \(Self.count(added, "chat")) and \(Self.count(messagesOfAdded, "message"))")
        }
        if grown > 0 { parts.append("\(Self.count(grown, "chat")) \(grew) by \(messagesOfGrown)") }
        if unchanged > 0 {
            let what = parts.isEmpty ? Self.count(unchanged, "chat") : "\(unchanged)"
            parts.append("\(what) \(unchanged == 1 ? "was" : "were") here already")
        }
        if skippedCount > 0 { parts.append("\(skippedCount) left out") }
        return parts.isEmpty ? "there was no chat in it" : parts.joined(separator: "; ")
    }

    private static func count(_ number: Int, _ thing: String) -> String {
        number == 1 ? "1 \(thing)" : "\(number) \(thing)s"
    }
}

extension JSONWriter {
    /// The shape of Docs/CommandLine.md.
    mutating func importReport(_ report: ImportReport, isDryRun: Bool) {
        object("chats") { json in
            json.member("added", report.added)
            json.member("grown", report.grown)
            json.member("unchanged", report.unchanged)
        }
        member("messages", report.messages)
        array("skipped") { json in
            for record in report.skipped {
                json.object { json in
                    json.member("position", record.position)
                    json.member("reason", record.reason)
                }
            }
        }
        member("skipped_count", report.skippedCount)
        member("dry_run", isDryRun)
    }
}
