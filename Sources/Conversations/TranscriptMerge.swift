/// What a chat gains from a transcript of it: pure arithmetic, nothing is read or written.
///
/// Each message of the transcript is looked for among those that are there: under the same parent, with the same role and
/// the same text to the byte. One that is not found is a new branch. Nothing that is there changes, and what is found once is
/// not found again, so that two messages alike stay two.
package struct TranscriptMerge: Equatable, Sendable {
    /// The messages to be added, by their new numbers, parents before children.
    package private(set) var additions: [Message] = []
    /// The tip of the branch in view afterwards.
    package private(set) var head: Int?
    /// The number that the next message after these may have.
    package private(set) var nextSeq: Int

    /// - Parameters:
    ///   - stored: Every message that is there, by number; a reply that was abandoned as it is read.
    ///   - head: The tip of the branch in view.
    ///   - nextSeq: The lowest number that was never given.
    ///   - incoming: Every message of the transcript, by number, parents before children.
    ///   - incomingHead: The tip of its branch in view.
    package init(stored: [Message], head: Int?, nextSeq: Int, incoming: [Message], incomingHead: Int?) {
        self.head = head
        self.nextSeq = nextSeq
        guard let last = incoming.last else { return }
        let places = MessageMatching(stored: stored, incoming: incoming).places
        // A number from which on neither side has one: a message with a number of its own never takes that which another
        // of the same transcript was given instead.
        let free = max(nextSeq, last.id.seq + 1)
        for message in incoming where places[message.id.seq] == nil {
            additions.append(message)
        }
        guard !additions.isEmpty else { return }
        var numbers = places
        for index in additions.indices {
            let own = additions[index].id.seq
            let seq = own >= self.nextSeq ? own : max(self.nextSeq, free)
            numbers[own] = seq
            additions[index].id.seq = seq
            additions[index].parent = additions[index].parent.flatMap { numbers[$0] }
            self.nextSeq = seq + 1
        }
        let tip = incomingHead.flatMap { numbers[$0] }
        if head == nil || tip.map({ self.isOnTheWay(head, to: $0, stored: stored) }) ?? false { self.head = tip }
    }

    /// Whether the branch that ends at the tip goes through this message.
    private func isOnTheWay(_ seq: Int?, to tip: Int, stored: [Message]) -> Bool {
        var parents: [Int: Int] = [:]
        for message in stored { parents[message.id.seq] = message.parent }
        for message in additions { parents[message.id.seq] = message.parent }
        return sequence(first: tip) { parents[$0] }.contains { $0 == seq }
    }
}

/// Which messages of a transcript are there already: a walk through both trees, siblings by siblings, from their roots.
private struct MessageMatching {
    /// By the number of a message in the transcript, the number of the one that it is.
    private(set) var places: [Int: Int] = [:]

    private let storedBySeq: [Int: Message]
    private let storedChildren: [Int?: [Message]]
    private var taken: Set<Int> = []

    init(stored: [Message], incoming: [Message]) {
        storedBySeq = Dictionary(stored.map { ($0.id.seq, $0) }) { first, _ in first }
        storedChildren = Dictionary(grouping: stored, by: \.parent)
        let families = Dictionary(grouping: incoming, by: \.parent)
        for message in incoming {
            // The eldest stands for all its siblings; their parent has been looked for before.
            guard let siblings = families[message.parent], siblings.first?.id.seq == message.id.seq else { continue }
            if let parent = message.parent {
                if let place = places[parent] { match(siblings, under: place) }
            } else {
                match(siblings, under: nil)
            }
        }
    }

    /// Goes from what can only be the same to what may well be.
    private mutating func match(_ siblings: [Message], under parent: Int?) {
        var rest = siblings
        let sameNumber = { (message: Message, self: MessageMatching) in
            self.storedBySeq[message.id.seq].flatMap { $0.parent == parent ? $0 : nil }
        }
        settle(&rest) { message, matching in
            sameNumber(message, matching).flatMap { stored in
                stored.createdAt == message.createdAt
                    && (message.saysTheSame(as: stored) || message.isSnapshot(of: stored)) ? stored.id.seq : nil
            }
        }
        guard !rest.isEmpty, let children = storedChildren[parent] else { return }
        var sameTime = Alike(children) { SayingThen($0) }
        settle(&rest) { message, matching in sameTime.next(SayingThen(message), notAmong: matching.taken) }
        settle(&rest) { message, matching in
            sameNumber(message, matching).flatMap { message.saysTheSame(as: $0) ? $0.id.seq : nil }
        }
        var alike = Alike(children) { Saying($0) }
        settle(&rest) { message, matching in alike.next(Saying(message), notAmong: matching.taken) }
    }

    private mutating func settle(
        _ rest: inout [Message], _ find: (Message, borrowing MessageMatching) -> Int?
    ) {
        var left: [Message] = []
        for message in rest {
            if let place = find(message, self), taken.insert(place).inserted {
                places[message.id.seq] = place
            } else {
                left.append(message)
            }
        }
        rest = left
    }
}

/// The numbers of messages that are alike, lowest first, each given once.
private struct Alike<Key: Hashable> {
    private var numbers: [Key: ArraySlice<Int>]

    init(_ messages: [Message], by key: (Message) -> Key) {
        numbers = Dictionary(grouping: messages, by: key).mapValues { $0.map(\.id.seq)[...] }
    }

    mutating func next(_ key: Key, notAmong taken: Set<Int>) -> Int? {
        while let number = numbers[key]?.popFirst() {
            if !taken.contains(number) { return number }
        }
        return nil
    }
}

/// Who said what, and when.
private struct SayingThen: Hashable {
    private let saying: Saying
    private let createdAt: Timestamp

    init(_ message: Message) {
        saying = Saying(message)
        createdAt = message.createdAt
    }
}

/// Who said what. Texts are the same when their bytes are: to Swift, an accent written in two ways is one.
private struct Saying: Hashable {
    private let role: Role
    private let content: String

    init(_ message: Message) {
        role = message.role
        content = message.content
    }

    static func == (one: Saying, other: Saying) -> Bool {
        one.role == other.role && one.content.utf8.elementsEqual(other.content.utf8)
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(role)
        var content = content
        content.withUTF8 { bytes in unsafe hasher.combine(bytes: UnsafeRawBufferPointer(bytes)) }
    }
}

extension Message {
    fileprivate func saysTheSame(as other: Message) -> Bool {
        role == other.role && content.utf8.count == other.content.utf8.count
            && content.utf8.elementsEqual(other.content.utf8)
    }

    /// It is the other one, as it stood when less of it had come.
    fileprivate func isSnapshot(of other: Message) -> Bool {
        (status == .interrupted || status == .streaming) && role == .assistant && other.role == .assistant
            && other.content.utf8.starts(with: content.utf8)
    }
}
