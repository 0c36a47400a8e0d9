import Conversations
import Support
import Testing

struct ReplyJournalTests {
    /// What a journal that began at second 10 has due.
    private enum Step: Sendable {
        /// So many bytes come so many milliseconds after the beginning.
        case receives(Int, at: Int, ReplyJournal.Urgency)
        /// So many bytes are due then, under this number; nil for nothing.
        case isDue((bytes: Int, number: Int)?, at: Int)
    }

    private struct Story: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var steps: [Step]
    }

    private static let stories = [
        Story(testDescription: "nothing comes", steps: [.isDue(nil, at: 0), .isDue(nil, at: 999)]),
        Story(
            testDescription: "a lease is renewed a second after it was last",
            steps: [
                .isDue((0, 0), at: 1000), .isDue(nil, at: 1000), .isDue(nil, at: 1999), .isDue((0, 0), at: 2000),
                .isDue((0, 0), at: 3500), .isDue(nil, at: 4499), .isDue((0, 0), at: 4500),
            ]),
        Story(
            testDescription: "text waits 200 ms",
            steps: [
                .receives(5, at: 100, .soon), .isDue(nil, at: 100), .isDue(nil, at: 299), .isDue((5, 1), at: 300),
                .isDue(nil, at: 300),
            ]),
        Story(
            testDescription: "more text goes with the first that waits",
            steps: [
                .receives(5, at: 0, .soon), .receives(6, at: 150, .pending), .receives(7, at: 199, .pending),
                .isDue((18, 1), at: 200), .receives(1, at: 210, .soon), .isDue(nil, at: 409), .isDue((1, 2), at: 410),
            ]),
        Story(
            testDescription: "4 KiB wait no longer",
            steps: [
                .receives(4095, at: 0, .soon), .isDue(nil, at: 0), .receives(1, at: 1, .now), .isDue((4096, 1), at: 1),
                .receives(5000, at: 2, .now), .receives(1, at: 3, .now), .isDue((5001, 2), at: 3), .isDue(nil, at: 3),
            ]),
        Story(
            testDescription: "a renewal takes waiting text along",
            steps: [
                .receives(3, at: 950, .soon), .isDue((3, 1), at: 1000), .isDue(nil, at: 1150), .isDue(nil, at: 1999),
                .isDue((0, 1), at: 2000), .receives(2, at: 2100, .soon), .isDue((2, 2), at: 2300),
            ]),
        Story(
            testDescription: "text renews the lease",
            steps: [
                .receives(1, at: 700, .soon), .isDue((1, 1), at: 900), .isDue(nil, at: 1899), .isDue((0, 1), at: 1900),
            ]),
    ]

    @Test(arguments: stories)
    private func `what is due is written when it is`(story: Story) {
        var journal = ReplyJournal(at: .seconds(10))
        for (index, step) in story.steps.enumerated() {
            switch step {
            case .receives(let bytes, let time, let urgency):
                let text = String(repeating: "x", count: bytes)
                #expect(journal.receive(text, at: .seconds(10) + .milliseconds(time)) == urgency, "step \(index)")
            case .isDue(let expected, let time):
                let due = journal.takeDue(at: .seconds(10) + .milliseconds(time))
                #expect(due?.piece.utf8.count == expected?.bytes, "step \(index)")
                #expect(due?.number == expected?.number, "step \(index)")
            }
        }
    }

    @Test func `bytes are counted, not characters`() {
        var journal = ReplyJournal(at: .zero)
        #expect(journal.receive(String(repeating: "é", count: 2048), at: .zero) == .now)
        #expect(journal.takeDue(at: .zero)?.number == 1)
    }

    @Test func `a piece that could not be written goes again, before what has come since`() {
        var journal = ReplyJournal(at: .zero)
        _ = journal.receive("one ", at: .zero)
        #expect(journal.takeDue(at: .milliseconds(200)) ?? ("", 0) == ("one ", 1))
        #expect(journal.textIsDueAt == nil)
        _ = journal.receive("two ", at: .milliseconds(210))
        journal.putBack("one ", at: .milliseconds(200))
        #expect(journal.receive("three", at: .milliseconds(220)) == .pending)
        #expect(journal.textIsDueAt == .milliseconds(1200))
        #expect(journal.takeDue(at: .milliseconds(1199)) == nil)
        #expect(journal.takeDue(at: .milliseconds(1200)) ?? ("", 0) == ("one two three", 1))
        #expect(journal.takeDue(at: .milliseconds(1200)) == nil)
        // Where the lease alone could not be renewed, there is nothing to write again.
        let renewal = journal.takeDue(at: .milliseconds(2200))
        #expect(renewal ?? ("?", 0) == ("", 1))
        journal.putBack("", at: .milliseconds(2200))
        #expect(journal.textIsDueAt == nil)
        _ = journal.receive("four", at: .milliseconds(3100))
        #expect(journal.textIsDueAt == .milliseconds(3300))
        #expect(journal.takeDue(at: .milliseconds(3300)) ?? ("", 0) == ("four", 2))
        #expect(journal.text == "one two threefour")
    }

    @Test func `a store that fails is not asked with every piece`() {
        let block = String(repeating: "x", count: ReplyJournal.checkpointBytes)
        var journal = ReplyJournal(at: .zero)
        #expect(journal.receive(block, at: .zero) == .now)
        let taken = journal.takeDue(at: .zero)
        journal.putBack(taken?.piece ?? "", at: .zero)
        for millisecond in 1..<1000 {
            #expect(journal.receive(block, at: .milliseconds(millisecond)) == .pending)
            #expect(journal.takeDue(at: .milliseconds(millisecond)) == nil)
        }
        #expect(journal.receive(block, at: .seconds(1)) == .now)
        #expect(journal.takeDue(at: .seconds(1))?.piece == journal.text)
    }

    @Test func `the promised intervals`() {
        #expect(ReplyJournal.checkpointInterval < .milliseconds(250))
        #expect(ReplyJournal.checkpointBytes == 4096)
        #expect(ReplyJournal.renewalInterval == .seconds(1))
        #expect(ReplyJournal.leaseLength == .seconds(5))
    }

    @Test(arguments: 0..<10 as Range<UInt64>)
    func `the pieces joined are the text, numbered from one on`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var journal = ReplyJournal(at: .zero)
        var time = Duration.zero
        var said = ""
        var kept = ""
        var count = 0
        var oldest: Duration?
        for _ in 0..<500 {
            time += .milliseconds(Int.random(in: 0...120, using: &random))
            if Bool.random(using: &random) {
                let piece = String(repeating: "é🙂", count: Int.random(in: 1...900, using: &random))
                said += piece
                if oldest == nil { oldest = time }
                _ = journal.receive(piece, at: time)
            } else if let due = journal.takeDue(at: time) {
                if !due.piece.isEmpty { count += 1 }
                #expect(due.number == count)
                kept += due.piece
                oldest = nil
            } else {
                // What is not due yet is little and young.
                #expect(said.utf8.count - kept.utf8.count < 4096)
                #expect(oldest.map { time - $0 < .milliseconds(200) } ?? true)
            }
        }
        kept += journal.takeDue(at: time + .seconds(1))?.piece ?? ""
        #expect(kept.utf8.elementsEqual(said.utf8) && journal.text.utf8.elementsEqual(said.utf8))
    }
}
