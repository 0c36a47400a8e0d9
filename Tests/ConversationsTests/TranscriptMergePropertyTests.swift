import Conversations
import Support
import Testing

/// Any chat, grown in any two places, and brought together: in words so few that messages are often alike.
struct TranscriptMergePropertyTests {
    /// A chat as a store would keep it.
    private struct Tree {
        var messages: [Message] = []
        var head: Int?
        var nextSeq = 1

        mutating func grow(
            by count: Int, isDistinct: Bool, place: Int64, using generator: inout SeededGenerator
        ) {
            for _ in 0..<count {
                let seq = nextSeq + (Int.random(in: 0..<4, using: &generator) == 0 ? 1 : 0)
                let parent =
                    Int.random(in: 0..<5, using: &generator) == 0 ? nil : messages.randomElement(using: &generator)
                let word = ["a", "b"].randomElement(using: &generator) ?? ""
                messages.append(
                    TranscriptMergeTests.message(
                        seq, after: parent?.id.seq, word, role: Bool.random(using: &generator) ? .user : .assistant,
                        at: isDistinct ? place * 1000 + Int64(seq) : 0))
                nextSeq = seq + 1
            }
            head = messages.randomElement(using: &generator)?.id.seq
        }

        /// - Returns: how many messages were added.
        mutating func merge(_ other: Tree) -> Int {
            let merge = TranscriptMerge(
                stored: messages, head: head, nextSeq: nextSeq, incoming: other.messages, incomingHead: other.head)
            messages += merge.additions
            head = merge.head
            nextSeq = merge.nextSeq
            return merge.additions.count
        }

        /// Each branch from its root down, as words: numbers and times left out.
        var branches: [String] {
            var paths: [Int: String] = [:]
            for message in messages {
                let path = message.parent.flatMap { paths[$0] } ?? ""
                paths[message.id.seq] = path + "/\(message.role.rawValue.prefix(1))\(message.content)"
            }
            return paths.values.sorted()
        }

        var isSound: Bool {
            var seqs: Set<Int> = []
            for message in messages {
                guard message.id.seq > (seqs.max() ?? 0), message.parent.map({ seqs.contains($0) }) ?? true else {
                    return false
                }
                seqs.insert(message.id.seq)
            }
            return nextSeq > (seqs.max() ?? 0) && (head.map { seqs.contains($0) } ?? messages.isEmpty)
        }

        func contains(_ other: Tree) -> Bool {
            var rest = branches
            return other.branches.allSatisfy { branch in
                guard let index = rest.firstIndex(of: branch) else { return false }
                rest.remove(at: index)
                return true
            }
        }
    }

    @Test(arguments: [true, false])
    func `nothing is lost, nothing changes, and the same again adds nothing`(isDistinct: Bool) {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<3000 {
            var shared = Tree()
            shared.grow(by: .random(in: 0...5, using: &generator), isDistinct: isDistinct, place: 1, using: &generator)
            var (here, there) = (shared, shared)
            here.grow(by: .random(in: 0...5, using: &generator), isDistinct: isDistinct, place: 2, using: &generator)
            there.grow(by: .random(in: 0...5, using: &generator), isDistinct: isDistinct, place: 3, using: &generator)
            var both = here
            let added = both.merge(there)
            #expect(both.isSound && both.contains(here) && both.contains(there))
            #expect(Array(both.messages.prefix(here.messages.count)) == here.messages)
            #expect(added <= there.messages.count - shared.messages.count)
            let kept = both.messages
            #expect(both.merge(there) == 0 && both.merge(here) == 0 && both.merge(both) == 0)
            #expect(both.messages == kept)
        }
    }

    @Test(arguments: [true, false])
    func `a transcript that has grown adds what is new in it, and no more`(isDistinct: Bool) {
        var generator = SeededGenerator(seed: 12)
        for _ in 0..<3000 {
            var there = Tree()
            there.grow(by: .random(in: 0...6, using: &generator), isDistinct: isDistinct, place: 1, using: &generator)
            var here = Tree()
            #expect(here.merge(there) == there.messages.count)
            #expect(here.messages == there.messages && here.head == there.head)
            let count = Int.random(in: 0...5, using: &generator)
            there.grow(by: count, isDistinct: isDistinct, place: 1, using: &generator)
            #expect(here.merge(there) == count)
            #expect(here.messages == there.messages)
        }
    }

    @Test func `in whichever order two are brought in, the same is there`() {
        var generator = SeededGenerator(seed: 13)
        for _ in 0..<3000 {
            var shared = Tree()
            shared.grow(by: .random(in: 0...5, using: &generator), isDistinct: true, place: 1, using: &generator)
            var (one, other) = (shared, shared)
            one.grow(by: .random(in: 0...5, using: &generator), isDistinct: true, place: 2, using: &generator)
            other.grow(by: .random(in: 0...5, using: &generator), isDistinct: true, place: 3, using: &generator)
            var (first, second) = (Tree(), Tree())
            _ = first.merge(one)
            _ = first.merge(other)
            _ = second.merge(other)
            _ = second.merge(one)
            #expect(first.branches == second.branches)
        }
    }
}
