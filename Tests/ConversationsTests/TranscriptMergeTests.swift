import Conversations
import Support
import Testing

/// What a chat gains from a transcript of it.
struct TranscriptMergeTests {
    private static let chat = ChatID(rawValue: "c")

    /// A message of the user's, or, with an even number of those before it, of nobody's in particular.
    static func message(
        _ seq: Int, after parent: Int?, _ content: String, role: Role = .user, status: MessageStatus = .complete,
        at time: Int64 = 0
    ) -> Message {
        Message(
            id: MessageID(chat: chat, seq: seq), parent: parent, role: role, content: content, status: status,
            createdAt: Timestamp(rawValue: time))
    }

    private static func merge(
        _ stored: [Message], head: Int? = nil, nextSeq: Int? = nil, with incoming: [Message],
        view incomingHead: Int? = nil
    ) -> TranscriptMerge {
        TranscriptMerge(
            stored: stored, head: head ?? stored.last?.id.seq, nextSeq: nextSeq ?? (stored.last?.id.seq ?? 0) + 1,
            incoming: incoming, incomingHead: incomingHead ?? incoming.last?.id.seq)
    }

    private static let talk = [
        message(1, after: nil, "Hi"), message(2, after: 1, "Ho", role: .assistant), message(3, after: 2, "And?"),
    ]

    @Test func `what is there already is not added`() {
        let merge = Self.merge(Self.talk, with: Self.talk)
        #expect(merge.additions == [])
        #expect(merge.head == 3 && merge.nextSeq == 4)
    }

    @Test func `a longer transcript adds its end, and the view goes with it`() {
        let merge = Self.merge(Array(Self.talk.prefix(2)), with: Self.talk)
        #expect(merge.additions == [Self.talk[2]])
        #expect(merge.head == 3 && merge.nextSeq == 4)
    }

    @Test func `a shorter one adds nothing, and the view stays`() {
        let merge = Self.merge(Self.talk, with: Array(Self.talk.prefix(1)))
        #expect(merge.additions == [] && merge.head == 3)
    }

    @Test func `numbers keep their gaps, and those given once are not given again`() {
        let late = Self.message(9, after: 2, "Late")
        #expect(Self.merge(Self.talk, with: Self.talk.prefix(2) + [late]).additions == [late])
        let other = Self.message(3, after: 2, "Other")
        // Number 7 was given to a message that is deleted.
        let merge = Self.merge(Self.talk, nextSeq: 8, with: Self.talk.prefix(2) + [other])
        #expect(merge.additions == [Self.message(8, after: 2, "Other")])
        #expect(merge.nextSeq == 9)
    }

    @Test func `other words under the same number are a branch, and the view stays where it is`() {
        let other = [Self.message(3, after: 2, "Other"), Self.message(4, after: 3, "Reply", role: .assistant)]
        let merge = Self.merge(Self.talk, with: Self.talk.prefix(2) + other)
        #expect(
            merge.additions == [
                Self.message(5, after: 2, "Other"), Self.message(6, after: 5, "Reply", role: .assistant),
            ])
        #expect(merge.head == 3 && merge.nextSeq == 7)
    }

    @Test func `the same words by another are another message`() {
        let other = Self.message(3, after: 2, "And?", role: .assistant)
        #expect(Self.merge(Self.talk, with: Self.talk.prefix(2) + [other]).additions.map(\.id.seq) == [4])
    }

    @Test func `the same words in other bytes are another message`() {
        let stored = [Self.message(1, after: nil, "e\u{301}")]
        #expect(Self.merge(stored, with: [Self.message(1, after: nil, "\u{E9}")]).additions.map(\.id.seq) == [2])
    }

    @Test func `the same words under another parent are another message`() {
        let other = Self.message(4, after: 1, "And?")
        #expect(Self.merge(Self.talk, with: Self.talk + [other]).additions == [other])
    }

    @Test func `a message that has another number here is found all the same`() {
        let stored = [Self.message(5, after: nil, "Hi"), Self.message(8, after: 5, "Ho", role: .assistant)]
        let merge = Self.merge(stored, with: Self.talk)
        #expect(merge.additions == [Self.message(9, after: 8, "And?")])
        #expect(merge.head == 9)
    }

    @Test func `two messages alike stay two`() {
        let twins = [Self.talk[0], Self.message(2, after: 1, "Ho"), Self.message(3, after: 1, "Ho")]
        #expect(Self.merge([], with: twins).additions == twins)
        #expect(Self.merge(twins, with: twins).additions == [])
        #expect(Self.merge(Array(twins.prefix(2)), with: twins).additions == [twins[2]])
    }

    @Test func `of messages alike those of the same time are the same`() {
        let stored = [
            Self.message(1, after: nil, "A", at: 5), Self.message(2, after: nil, "A", at: 7),
            Self.message(3, after: 2, "B"),
        ]
        let incoming = [Self.message(1, after: nil, "A", at: 7), Self.message(2, after: 1, "B")]
        #expect(Self.merge(stored, with: incoming).additions == [])
    }

    @Test(arguments: [MessageStatus.interrupted, .streaming])
    func `a reply as it was when less of it had come is the same reply`(status: MessageStatus) {
        let stored = [Self.talk[0], Self.message(2, after: 1, "Hello there", role: .assistant)]
        let snapshot = Self.message(2, after: 1, "Hello", role: .assistant, status: status)
        #expect(Self.merge(stored, with: [Self.talk[0], snapshot]).additions == [])
        let whole = Self.message(2, after: 1, "Hello", role: .assistant)
        #expect(Self.merge(stored, with: [Self.talk[0], whole]).additions.map(\.id.seq) == [3])
        let another = Self.message(2, after: 1, "Hullo", role: .assistant, status: status)
        #expect(Self.merge(stored, with: [Self.talk[0], another]).additions.map(\.id.seq) == [3])
        let later = Self.message(2, after: 1, "Hello", role: .assistant, status: status, at: 1)
        #expect(Self.merge(stored, with: [Self.talk[0], later]).additions.map(\.id.seq) == [3])
        let mine = Self.message(1, after: nil, "H", status: status)
        #expect(Self.merge(stored, with: [mine]).additions.map(\.id.seq) == [3])
    }

    @Test func `a crowd of messages alike is told apart one by one`() {
        let crowd = [Self.talk[0]] + (2...20_000).map { Self.message($0, after: 1, "Ho", role: .assistant) }
        let merge = Self.merge(Array(crowd.dropLast(3)), with: crowd)
        #expect(merge.additions == crowd.suffix(3))
    }

    @Test func `an empty chat gains all, numbers and view`() {
        let merge = Self.merge([], with: Self.talk, view: 2)
        #expect(merge.additions == Self.talk)
        #expect(merge.head == 2 && merge.nextSeq == 4)
    }

    @Test func `the view goes on only from where it is`() {
        let branches = [Self.talk[0], Self.talk[1], Self.message(3, after: 1, "Hm", role: .assistant)]
        let grown = branches + [Self.message(4, after: 3, "More")]
        #expect(Self.merge(branches, head: 2, with: grown).head == 2)
        #expect(Self.merge(branches, head: 3, with: grown).head == 4)
        #expect(Self.merge(branches, head: 1, with: grown).head == 4)
    }
}
