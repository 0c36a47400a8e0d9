import Conversations
import JSON
import Transcripts

// What was found, as programs read it.

extension SearchPage {
    var json: [UInt8] {
        JSONWriter.line { json in
            json.array("results") { json in
                for hit in hits { json.object { $0.hit(hit) } }
            }
            json.member("next", next?.text)
            if hasMore { json.member("more", true) }
            json.member("limited", rankedOnly)
        }
    }
}

extension SearchHit {
    /// The hit by itself, on a line.
    var json: [UInt8] { JSONWriter.line { $0.hit(self) } }
}

extension JSONWriter {
    fileprivate mutating func hit(_ hit: SearchHit) {
        member("chat", hit.chat.id.rawValue)
        member("message", hit.message?.id.description)
        member("seq", hit.message?.id.seq)
        member("role", hit.message?.role.rawValue)
        member("created_at", hit.message?.createdAt)
        member("snippet", hit.snippet.withEllipses.text)
        array("marks") { json in
            for mark in hit.snippet.withEllipses.marksInCodePoints {
                json.array { json in
                    json.integer(mark.lowerBound)
                    json.integer(mark.upperBound)
                }
            }
        }
        member("score", hit.score)
        member("title", hit.chat.title)
    }
}

extension Snippet {
    /// The snippet with `…` where it is cut.
    var withEllipses: Snippet {
        guard isCutBefore || isCutAfter else { return self }
        let before = isCutBefore ? Self.ellipsis : ""
        let shift = before.utf8.count
        return Snippet(
            text: before + text + (isCutAfter ? Self.ellipsis : ""),
            marks: marks.map { $0.lowerBound + shift..<$0.upperBound + shift }, isCutBefore: false, isCutAfter: false)
    }

    private static let ellipsis = "…"

    /// The marks as programs count that have no bytes: in code points.
    fileprivate var marksInCodePoints: [Range<Int>] {
        marks.map { codePoints(before: $0.lowerBound)..<codePoints(before: $0.upperBound) }
    }

    private func codePoints(before offset: Int) -> Int {
        text.unicodeScalars.distance(
            from: text.startIndex, to: text.utf8.index(text.startIndex, offsetBy: offset))
    }
}
