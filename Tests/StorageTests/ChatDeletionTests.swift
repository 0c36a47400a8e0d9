import Conversations
import Support
import Testing

@testable import Storage

struct ChatDeletionTests {
    let scratch: ScratchStore
    var store: SQLiteConversationStore { scratch.store }

    init() async throws {
        scratch = try await ScratchStore()
    }

    private func counts() throws -> [String] {
        try scratch.rows(
            """
            SELECT (SELECT count(*) FROM chats), (SELECT count(*) FROM messages), (SELECT count(*) FROM message_parts),
                (SELECT count(*) FROM chat_tags), (SELECT count(*) FROM chat_metadata),
                (SELECT count(*) FROM provider_attempts)
            """, columns: 6)
    }

    private func taggedChat(_ title: String = "A chat") -> Chat {
        var chat = scratch.newChat(title)
        chat.tags = ["x", "y"]
        chat.metadata = ["a": "b"]
        return chat
    }

    @Test func `all that belongs to a chat goes, and nothing else`() async throws {
        let kept = try await scratch.talk(.new(taggedChat()))
        let gone = try await scratch.talk(.new(taggedChat()))
        let abandoned = try await scratch.begin(.new(taggedChat()))
        try await store.keep("so far", number: 1, of: scratch.right(to: abandoned))
        scratch.world.advance(by: .seconds(6))
        #expect(try counts() == ["3|6|1|6|3|3"])
        try await store.delete([gone.id, abandoned.chat.id], of: .local)
        #expect(try counts() == ["1|2|0|2|1|3"])
        #expect(
            try scratch.rows("SELECT chat, message, provider FROM provider_attempts ORDER BY id", columns: 3)
                == ["\(kept.id)|2|eliza", "-|-|eliza", "-|-|eliza"])
        #expect(try await store.chat(gone.id, of: .local) == nil)
        #expect(try await store.branch(of: kept.id, of: .local, last: nil)?.1.count == 2)
        #expect(try await store.finishErasure { _ in } == .complete)
        #expect(try await store.check() == [])
    }

    @Test func `all go or none`() async throws {
        let chat = try await scratch.talk(.new(taggedChat()))
        let missing = scratch.newChat()
        let before = try counts()
        await #expect(throws: StoreError.noSuchChat(missing.id)) { try await store.delete([chat, missing]) }
        let busy = try await scratch.begin(.new(taggedChat())).chat.id
        await #expect(throws: StoreError.chatBusy(busy)) { try await store.delete([chat.id, busy], of: .local) }
        await #expect(throws: StoreError.noSuchChat(chat.id)) {
            try await store.delete([chat.id], of: Owner(rawValue: "someone"))
        }
        #expect(before == ["1|2|0|2|1|1"])
        #expect(try counts() == ["2|4|0|4|2|2"])
        try await store.delete([], of: .local)
        #expect(try counts() == ["2|4|0|4|2|2"])
    }

    @Test func `a reply that streamed into a deleted chat is lost`() async throws {
        let open = try await scratch.begin(.new(taggedChat()))
        scratch.world.advance(by: .seconds(6))
        try await store.delete([open.chat.id], of: .local)
        await #expect(throws: StoreError.leaseLost(open.chat.id)) {
            try await store.keep("x", number: 1, of: scratch.right(to: open))
        }
        await #expect(throws: StoreError.leaseLost(open.chat.id)) {
            try await store.finish(scratch.right(to: open), with: scratch.ending(open))
        }
        #expect(try counts() == ["0|0|0|0|0|1"])
    }

    @Test func `the attempts of a reply that nobody will finish do not stay open when its chat is deleted`()
        async throws
    {
        let open = try await scratch.begin(.new(taggedChat()))
        scratch.world.advance(by: .seconds(6))
        try await store.delete([open.chat.id], of: .local)
        #expect(try scratch.rows("SELECT outcome, fault FROM provider_attempts", columns: 2) == ["aborted|local"])
    }

    /// Words that were said are nowhere afterwards: not in the tables, not in free pages, not in the log.
    @Test(arguments: [1, 40, 5000])
    func `what was said is erased from the file`(repetitions: Int) async throws {
        let words = ["zyzzyva", "qoppatext", "wyvernish", "jackdawed", "xylotomy", "kumquatted", "fjordling"]
        let chats = try await (0..<6).asyncMap { number in
            var chat = scratch.newChat("\(words[0]) title \(number)")
            chat.system = words[1]
            chat.tags = [words[2]]
            chat.metadata = [words[3]: words[4]]
            var made = try await scratch.talk(
                .new(chat), String(repeating: words[5] + " ", count: repetitions),
                reply: String(repeating: words[6] + " ", count: repetitions))
            for _ in 0..<10 { made = try await scratch.talk(.existing(made), words[5], reply: words[6]) }
            let open = try await scratch.begin(.existing(made), words[5])
            for part in 1...5 {
                try await store.keep(String(repeating: words[6], count: 60), number: part, of: scratch.right(to: open))
            }
            return try await store.finish(scratch.right(to: open), with: scratch.ending(open, words[6]))
        }
        let kept = try await scratch.talk(.new(scratch.newChat("Kept")), "kept message", reply: "kept reply")
        let before = try contents(of: scratch.folder).values
        for word in words { #expect(before.contains { $0.contains(word) }) }

        try await store.delete(chats.map(\.id), of: .local)
        #expect(try await store.finishErasure { _ in } == .complete)
        let traces = words + chats.map(\.id.rawValue)
        #expect(try found(traces, in: scratch.folder) == [])
        await store.close()
        #expect(try found(traces, in: scratch.folder) == [])
        #expect(
            try await store.branch(of: kept.id, of: .local, last: nil)?.1.map(\.content) == [
                "kept message", "kept reply",
            ])
        #expect(try await store.check() == [])
    }
}

/// Which of these words are anywhere in the files of a folder, and in which.
func found(_ words: [String], in folder: TemporaryFolder) throws -> [String] {
    try contents(of: folder).flatMap { name, bytes in
        words.filter { bytes.contains($0) }.map { "\($0) in \(name)" }
    }
}

extension Sequence {
    fileprivate func asyncMap<Result>(_ body: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await body(element)) }
        return results
    }
}
