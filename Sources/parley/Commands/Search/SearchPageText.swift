import Conversations
import Terminal

/// What was found, as a person reads it: who said it where and when, and below that the words. A title has one line.
struct SearchPageText {
    let style: Style
    /// The terminal's width, at which lines are cut; nil where there is none, and they go whole.
    let width: Int?

    private static let gap = "  "
    private static let indent = "    "

    func text(of hits: [SearchHit]) -> String {
        let facts = hits.map { self.facts(of: $0) }
        let widths = (facts.first ?? []).indices.map { column in
            facts.map { DisplayWidth.columns(of: $0[column]) }.max() ?? 0
        }
        return zip(hits, facts).map { hit, facts in
            let padded = zip(facts, widths).map { DisplayWidth.padded($0, toColumns: $1) }
            return head(of: hit, facts: padded) + "\n" + words(of: hit)
        }.joined()
    }

    /// Chat, message, moment and speaker.
    private func facts(of hit: SearchHit) -> [String] {
        // A narrow terminal has room for a day, but for no time of day.
        let moment = LocalTime.minute(hit.message?.createdAt ?? hit.chat.updatedAt)
        return [
            line(hit.chat.id.short), hit.message.map { "#\($0.id.seq)" } ?? "",
            width ?? .max < 60 ? String(moment.prefix(10)) : moment, speaker(of: hit),
        ]
    }

    private func speaker(of hit: SearchHit) -> String {
        switch hit.message?.role {
        case .user: "you"
        case .assistant: line(hit.message?.provider ?? "assistant")
        case .system: "system"
        case nil: "title"
        }
    }

    private func head(of hit: SearchHit, facts: [String]) -> String {
        var room = width ?? .max
        let colours: [(String) -> String] = [
            style.bold, { style.colour($0, .cyan) }, style.dim, { style.colour($0, .cyan) },
        ]
        var head = ""
        for (fact, colour) in zip(facts, colours) where !fact.isEmpty && room > 0 {
            let text = DisplayWidth.truncated(fact, toColumns: room)
            head += colour(text)
            room -= DisplayWidth.columns(of: text)
            guard room > Self.gap.count else { return head }
            head += Self.gap
            room -= Self.gap.count
        }
        guard hit.message != nil else {
            return head + SnippetLine(hit.snippet).text(style: style, width: width == nil ? nil : room)
        }
        return head + DisplayWidth.truncated(line(hit.chat.title), toColumns: room)
    }

    private func words(of hit: SearchHit) -> String {
        guard hit.message != nil else { return "" }
        let room = width.map { max($0 - Self.indent.count, 0) }
        return Self.indent + SnippetLine(hit.snippet).text(style: style, width: room) + "\n"
    }

    private func line(_ text: String) -> String { ControlCharacterFilter.visibleLine(text) }
}
