import Conversations
import SQLite
import Support
import Testing

@testable import Storage

/// A past as it is read for a history, against the branch that it is of.
struct PastTests {
    let scratch: ScratchStore
    var store: SQLiteConversationStore { scratch.store }

    init() async throws {
        scratch = try await ScratchStore()
    }

    @Test func `who has no such chat or message has no past`() async throws {
        let chat = try await scratch.talk(.new(scratch.newChat()), "1", reply: "2")
        let reading = HistoryBuilder().reading
        #expect(try await store.past(of: scratch.newChat().id, of: .local, endingAt: 2, reading) == nil)
        #expect(try await store.past(of: chat.id, of: Owner(rawValue: "someone"), endingAt: 2, reading) == nil)
        for tip in [-1, 0, 3, 1 << 20, 1 << 40] {
            let (version, past) = try #require(try await store.past(of: chat.id, of: .local, endingAt: tip, reading))
            #expect(version == chat.version)
            #expect(past == Past())
        }
    }

    @Test func `what had come of a reply whose writer died goes along`() async throws {
        let open = try await scratch.begin(.new(scratch.newChat()), "1")
        try await store.keep("half a ", number: 1, of: scratch.right(to: open))
        try await store.keep("reply", number: 2, of: scratch.right(to: open))
        for limits in [HistoryLimits(), HistoryLimits(maximumCharacters: 0), HistoryLimits(maximumMessages: 1)] {
            try await expectSameHistory(open.chat, endingAt: 2, limits)
        }
    }

    @Test func `a tip that is beside the branch in view has its own past`() async throws {
        var chat = try await scratch.talk(.new(scratch.newChat()), "1", reply: "2")
        chat = try await scratch.take(.say("3", after: nil), in: chat, reply: "4")
        chat = try await scratch.take(.say("5", after: 2), in: chat, reply: "6")
        for tip in 1...6 { try await expectSameHistory(chat, endingAt: tip, .standard) }
    }

    /// Trees of every shape, with gaps, replies that failed, and texts that take a page or more.
    @Test(arguments: 0..<8 as Range<UInt64>)
    func `a history made of what was read is the one made of the whole branch`(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let chat = scratch.newChat()
        let tree = try fill(chat, using: &random)
        for _ in 0..<60 {
            let limits = HistoryLimits(
                maximumTokens: limit(upTo: 3000, using: &random), maximumCharacters: limit(upTo: 9000, using: &random),
                maximumMessages: limit(upTo: 40, using: &random), keepFirst: .random(using: &random))
            let tip = try #require(tree.randomElement(using: &random))
            try await expectSameHistory(chat, endingAt: tip, limits)
        }
    }

    /// Gives the sequence numbers of all messages.
    private func fill(_ chat: Chat, using random: inout SeededGenerator) throws -> [Int] {
        let connection = try scratch.connection()
        try connection.run("BEGIN")
        let key = try connection.insert(chat)
        var seqs: [Int] = []
        for _ in 0..<150 {
            let goesOn = Int.random(in: 0..<8, using: &random) > 0
            let isFirst = Int.random(in: 0..<60, using: &random) == 0
            let seq = (seqs.last ?? 0) + (Int.random(in: 0..<12, using: &random) == 0 ? 2 : 1)
            let role: Role =
                Int.random(in: 0..<4, using: &random) > 0
                ? seq % 2 == 0 ? .assistant : .user : Role.allCases.randomElement(using: &random) ?? .user
            let length = [0, 5, 80, 600, 9000].randomElement(using: &random) ?? 0
            try connection.insert(
                Message(
                    id: MessageID(chat: chat.id, seq: seq),
                    parent: isFirst ? nil : goesOn ? seqs.last : seqs.randomElement(using: &random), role: role,
                    content: String(repeating: "é", count: Int.random(in: 0...length, using: &random)),
                    status: [.complete, .complete, .interrupted, .failed].randomElement(using: &random) ?? .complete,
                    createdAt: scratch.world.now), inChat: key)
            seqs.append(seq)
        }
        try connection.run("COMMIT")
        return seqs
    }

    private func limit(upTo most: Int, using random: inout SeededGenerator) -> Int? {
        Bool.random(using: &random) ? nil : Int.random(in: 0...most, using: &random)
    }

    private func expectSameHistory(_ chat: Chat, endingAt tip: Int, _ limits: HistoryLimits) async throws {
        let builder = HistoryBuilder(limits: limits)
        let (_, past) = try #require(try await store.past(of: chat.id, of: .local, endingAt: tip, builder.reading))
        let (_, branch) = try #require(try await store.branch(of: chat.id, of: .local, endingAt: tip, last: nil))
        var reading = PastReading(limits: HistoryLimits())
        for message in branch.reversed() {
            reading.receive(message.id.seq, message.role, message.status, isEmpty: message.content.isEmpty) {
                message.content
            }
        }
        let whole = reading.past { _ in preconditionFailure("without limits every text is asked for at once") }
        let (some, all) = try (history(of: past, builder), history(of: whole, builder))
        #expect(some == all, "ending at \(tip), \(limits)")
        #expect(past.messageCount == branch.count)
    }

    private func history(of past: Past, _ builder: HistoryBuilder) throws -> History {
        try builder.history(
            system: nil, past: past, newest: "now", for: ProviderCapabilities(historyTarget: .messages))
    }
}
