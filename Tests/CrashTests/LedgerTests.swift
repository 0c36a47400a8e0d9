import Conversations
import Support
import Testing

/// What the harness takes for a fault: it must be able to fail.
struct LedgerTests {
    private static let ledger = Ledger([
        Ledger.Talk(
            title: "Talk",
            turns: [
                Ledger.Turn("One", reply: "First.", standing: .kept),
                Ledger.Turn("Two", reply: "Second.", standing: .asked, heard: "Sec"),
            ])
    ])

    private func found(
        _ messages: [(role: Role, content: String, status: MessageStatus)]
    ) -> [DatabaseSurvey.Found] {
        let chat = Chat(id: ChatID(rawValue: "a"), title: "Talk", createdAt: Timestamp(rawValue: 1))
        let rows = messages.enumerated().map { index, message in
            Message(
                id: MessageID(chat: chat.id, seq: index + 1), parent: index == 0 ? nil : index, role: message.role,
                content: message.content, status: message.status, createdAt: chat.createdAt)
        }
        return [DatabaseSurvey.Found(chat: chat, messages: rows)]
    }

    private static let first: [(role: Role, content: String, status: MessageStatus)] = [
        (.user, "One", .complete), (.assistant, "First.", .complete),
    ]

    @Test(arguments: ["Sec", "Second", "Second."])
    func `what was heard of a reply is enough`(reply: String) {
        let chats = found(Self.first + [(.user, "Two", .complete), (.assistant, reply, .interrupted)])
        #expect(Self.ledger.faults(in: chats) == [])
    }

    @Test func `a chat, a message or text that is lost is a fault`() {
        #expect(Self.ledger.faults(in: []) == ["the chat Talk is lost"])
        #expect(Self.ledger.faults(in: found(Self.first)) == ["the message Two is lost"])
        let cut = found(Self.first + [(.user, "Two", .complete), (.assistant, "Se", .interrupted)])
        #expect(Self.ledger.faults(in: cut) == ["the reply to Two has 2 bytes of 3 that were seen in time"])
    }

    @Test func `a row that is half written is a fault`() {
        let streaming = found(Self.first + [(.user, "Two", .complete), (.assistant, "Sec", .streaming)])
        #expect(Self.ledger.faults(in: streaming) == ["the reply to Two is streaming"])
        let cut = found(Self.first + [(.user, "Two", .complete), (.assistant, "Sec", .complete)])
        #expect(Self.ledger.faults(in: cut) == ["the reply to Two is complete and cut"])
        let alone = found(Self.first + [(.user, "Two", .complete)])
        #expect(Self.ledger.faults(in: alone).contains("the message Two has no reply, not even an open one"))
        let strange = found([(.user, "One", .complete), (.assistant, "First.", .interrupted)])
        #expect(Self.ledger.faults(in: strange).contains("the reply to One is interrupted and was whole"))
    }

    @Test func `a chat that is deleted may be there while that is not acknowledged, and then no more`() {
        var ledger = Self.ledger
        let whole = found(Self.first + [(.user, "Two", .complete), (.assistant, "Second.", .complete)])
        ledger.beginDeletion(of: "Talk")
        #expect(ledger.faults(in: whole) == [] && ledger.faults(in: []) == [])
        #expect(ledger.faults(in: found(Self.first)) == ["the message Two is lost"])
        ledger.endDeletion(of: "Talk")
        #expect(ledger.faults(in: whole) == ["the chat Talk is back, which was deleted"])
    }

    @Test func `another reply to a message may be there while it is not acknowledged, and then is`() {
        var ledger = Ledger([
            Ledger.Talk(title: "Talk", turns: [Ledger.Turn("One", reply: "First.", standing: .kept)])
        ])
        ledger.beginRetry(reply: "Other.", in: "Talk")
        #expect(ledger.faults(in: found(Self.first)) == [])
        ledger.note(.asked, in: "Talk")
        #expect(ledger.faults(in: found(Self.first)) == ["another reply to One is lost"])
        var both = found(Self.first + [(.assistant, "Oth", .interrupted)])
        both[0].messages[2].parent = 1
        #expect(ledger.faults(in: both) == [])
        ledger.note(.kept, in: "Talk")
        #expect(ledger.faults(in: both) == ["the reply to One is interrupted and was whole"])
    }

    @Test func `a fork is there as a whole or not at all`() {
        var ledger = Ledger([
            Ledger.Talk(title: "Origin", turns: [Ledger.Turn("One", reply: "First.", standing: .kept)])
        ])
        ledger.beginFork(of: "Origin", as: "Talk")
        #expect(ledger.faults(in: []) == ["the chat Origin is lost"])
        #expect(ledger.faults(in: found(Self.first)) == ["the chat Origin is lost"])
        #expect(ledger.faults(in: found([])) == ["the chat Origin is lost", "the message One is lost"])
        ledger.endFork(as: "Talk")
        #expect(ledger.faults(in: []) == ["the chat Origin is lost", "the chat Talk is lost"])
    }

    @Test func `what nobody said is a fault`() {
        let known = Self.first + [(.user, "Two", .complete), (.assistant, "Sec", .interrupted)]
        let more = found(known + [(.user, "Three", .complete)])
        #expect(Self.ledger.faults(in: more) == ["the chat Talk has 1 messages that nobody said"])
        #expect(Ledger().faults(in: found([])) == ["there is a chat Talk that nobody began"])
    }

    @Test func `of chats that come together all are there or none, and all once that is acknowledged`() {
        var ledger = Ledger()
        let turns = [Ledger.Turn("One", reply: "First.", standing: .kept)]
        ledger.beginImport(of: ["Talk", "Other"].map { Ledger.Talk(title: $0, turns: turns) })
        let one = found(Self.first)
        #expect(ledger.faults(in: []) == [])
        #expect(ledger.faults(in: one) == ["1 chats are there of 2 that come together"])
        ledger.endImport()
        #expect(ledger.faults(in: []) == ["the chat Talk is lost", "the chat Other is lost"])
    }
}
