package import Conversations
package import JSON

// What was found, as JSON: the shape of Docs/CommandLine.md, for every command and route that writes one.
extension JSONWriter {
    package mutating func searchPage(_ page: SearchPage) {
        array("results") { json in
            for hit in page.hits { json.object { $0.searchHit(hit) } }
        }
        member("next", page.next?.text)
        if page.hasMore { member("more", true) }
        member("limited", page.rankedOnly)
    }

    package mutating func searchHit(_ hit: SearchHit) {
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
    package var withEllipses: Snippet {
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
