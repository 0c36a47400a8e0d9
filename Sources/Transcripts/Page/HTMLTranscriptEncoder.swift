package import Conversations

/// Writes chats as one page of HTML that needs nothing else, for reading on a screen and on paper.
///
/// The page's template is ``HTMLPage``; whatever others wrote goes through `append(html:)`, in attributes too.
package struct HTMLTranscriptEncoder: TranscriptEncoder {
    private var bytes: [UInt8] = []
    private var hasBegun = false
    private var chat: Chat?
    private var previous: Int?
    private var hasBranches = false

    package init() {}

    package var waitingBytes: Int { bytes.count }

    package mutating func take() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }

    package mutating func begin(_ chat: Chat) {
        beginPage(title: chat.title)
        self.chat = chat
        previous = nil
        hasBranches = false
        bytes.append("<article id=\"")
        bytes.append(html: chat.id.rawValue)
        bytes.append("\">\n<h1 dir=\"auto\" lang=\"\">")
        bytes.append(html: ControlPictures.line(chat.title))
        bytes.append("</h1>\n<dl class=\"facts\">\n")
        appendFacts(of: chat)
        bytes.append("</dl>\n")
    }

    package mutating func receive(_ message: Message, content: Span<UInt8>) {
        bytes.append("<section class=\"\(message.role.rawValue)\" id=\"")
        bytes.append(html: message.id.description)
        bytes.append("\">\n<h2>")
        appendSpeaker(of: message)
        bytes.append(" <span class=\"facts\">· <time datetime=\"\(message.createdAt.rfc3339)\">")
        bytes.append(message.createdAt.minuteInUTC + "</time> · ")
        appendLink(to: message.id)
        if let model = message.model {
            bytes.append(" · <bdi lang=\"\">")
            bytes.append(html: ControlPictures.line(model))
            bytes.append("</bdi>")
        }
        bytes.append("</span></h2>\n")
        appendPlace(of: message)
        bytes.append("<div class=\"message\" lang=\"\">\n")
        bytes.append(htmlBlocks: content)
        bytes.append("</div>\n")
        if let state = message.state {
            bytes.append("<p class=\"place\">")
            bytes.append(html: state)
            bytes.append("</p>\n")
        }
        bytes.append("</section>\n")
        previous = message.id.seq
    }

    package mutating func endChat() {
        if hasBranches, let chat, let head = chat.head {
            bytes.append("<p class=\"place\">In view is the branch that ends in ")
            appendLink(to: MessageID(chat: chat.id, seq: head))
            bytes.append(".</p>\n")
        }
        bytes.append("</article>\n")
    }

    package mutating func finish() {
        beginPage(title: "No conversations")
        bytes.append(HTMLPage.ending)
    }

    /// Of several chats the first gives the page its title: the others are not known yet.
    private mutating func beginPage(title: String) {
        guard !hasBegun else { return }
        hasBegun = true
        bytes.append(HTMLPage.beginning)
        bytes.append("<title>")
        bytes.append(html: ControlPictures.line(title))
        bytes.append("</title>\n")
        bytes.append(HTMLPage.style)
    }

    private mutating func appendFacts(of chat: Chat) {
        appendFact("id", chat.id.rawValue)
        appendFact("begun", chat.createdAt.minuteInUTC)
        appendFact("last said", chat.updatedAt.minuteInUTC)
        appendFact("provider", chat.provider)
        appendFact("model", chat.model)
        appendFact("tags", chat.tags.isEmpty ? nil : chat.tags.joined(separator: ", "))
        appendFact("pinned", chat.pinned ? "yes" : nil)
        appendFact("archived", chat.archived ? "yes" : nil)
        appendFact("forked from", chat.forkedFrom?.description)
        appendFact("system prompt", chat.system)
        for (name, value) in chat.metadata.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            appendFact(name, value)
        }
    }

    private mutating func appendFact(_ name: String, _ value: String?) {
        guard let value else { return }
        bytes.append("<dt><bdi lang=\"\">")
        bytes.append(html: ControlPictures.line(name))
        bytes.append("</bdi></dt><dd dir=\"auto\" lang=\"\">")
        bytes.append(html: value)
        bytes.append("</dd>\n")
    }

    private mutating func appendSpeaker(of message: Message) {
        bytes.append(message.role.label)
        guard let provider = message.provider else { return }
        bytes.append(" (<bdi lang=\"\">")
        bytes.append(html: ControlPictures.line(provider))
        bytes.append("</bdi>)")
    }

    private mutating func appendPlace(of message: Message) {
        guard message.parent != previous else { return }
        hasBranches = true
        bytes.append("<p class=\"place\">")
        if let parent = message.parent {
            bytes.append("goes on from ")
            appendLink(to: MessageID(chat: message.id.chat, seq: parent))
        } else {
            bytes.append("begins a branch of its own")
        }
        bytes.append("</p>\n")
    }

    private mutating func appendLink(to message: MessageID) {
        bytes.append("<a href=\"#")
        bytes.append(html: message.description)
        bytes.append("\">#\(message.seq)</a>")
    }
}
