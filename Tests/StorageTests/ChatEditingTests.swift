import Conversations
import Support
import Testing

@testable import Storage

/// What is known of a chat is changed, and what was said in it is not.
struct ChatEditingTests {
    let scratch: ScratchStore
    var store: SQLiteConversationStore { scratch.store }

    init() async throws {
        scratch = try await ScratchStore()
    }

    private func talkedChat() async throws -> Chat {
        var chat = scratch.newChat("Trip to Rome")
        chat.system = "Be kind."
        chat.tags = ["b", "c"]
        chat.metadata = ["mood": "good", "": "nameless"]
        return try await scratch.talk(.new(chat), "words of one", reply: "words of two")
    }

    private func edit(_ chat: Chat, _ change: (inout ChatChanges) -> Void) async throws -> Chat {
        var changes = ChatChanges()
        change(&changes)
        return try await store.edit(chat.id, of: chat.owner, changes)
    }

    /// Whether the words are in the index for this row of it.
    private func isIndexed(_ words: String, key: Int64) throws -> Bool {
        try scratch.rows("SELECT rowid FROM message_index WHERE message_index MATCH '\"\(words)\"'") == ["\(key)"]
    }

    @Test func `all notes may be put in place of those there are`() async throws {
        let chat = try await talkedChat()
        #expect(
            try await edit(chat) { $0.allMetadata = ["mood": "good", "new": ""] }.metadata == [
                "mood": "good", "new": "",
            ])
        let last = try await edit(chat) {
            $0.allMetadata = [:]
            $0.metadata = ["alone": "1", "mood": nil]
        }
        #expect(last.metadata == ["alone": "1"])
        #expect(try await store.chat(chat.id, of: .local)?.metadata == ["alone": "1"])
    }

    @Test func `all that can be changed is changed, and nothing else`() async throws {
        let chat = try await talkedChat()
        let neighbour = try await talkedChat()
        let past = try await store.branch(of: chat.id, of: .local, last: nil)?.1
        let edited = try await edit(chat) { changes in
            changes.title = "Ünder Way"
            changes.addedTags = ["a", "c", "z"]
            changes.removedTags = ["b", "not there"]
            changes.pinned = true
            changes.archived = true
            changes.provider = "blog"
            changes.model = "large"
            changes.system = "Be brief.\nAnd kind."
            changes.metadata = ["mood": "better", "new": "note", "": nil, "not there": nil]
        }
        var expected = chat
        expected.title = "Ünder Way"
        expected.tags = ["a", "c", "z"]
        expected.pinned = true
        expected.archived = true
        expected.provider = "blog"
        expected.model = "large"
        expected.system = "Be brief.\nAnd kind."
        expected.metadata = ["mood": "better", "new": "note"]
        #expect(edited == expected)
        #expect(try await store.chat(chat.id, of: .local) == expected)
        #expect(try await store.chats(named: .title("ünder way"), of: .local, limit: 9) == [expected])
        #expect(try await store.chats(named: .titlePart("rome"), of: .local, limit: 9) == [neighbour])
        #expect(try await store.branch(of: chat.id, of: .local, last: nil)?.1 == past)
        #expect(try await store.chat(neighbour.id, of: .local) == neighbour)
        #expect(try await store.check() == [])
    }

    @Test func `what may be missing is taken away`() async throws {
        let chat = try await talkedChat()
        let edited = try await edit(chat) { changes in
            changes.provider = .some(nil)
            changes.model = .some(nil)
            changes.system = .some(nil)
            changes.removedTags = ["b", "c"]
            changes.metadata = ["mood": nil, "": nil]
        }
        #expect(edited.provider == nil && edited.model == nil && edited.system == nil)
        #expect(edited.tags == [] && edited.metadata == [:])
        #expect(try await store.chat(chat.id, of: .local) == edited)
        #expect(try scratch.number("SELECT count(*) FROM chat_tags") == 0)
        #expect(try scratch.number("SELECT count(*) FROM chat_metadata") == 0)
    }

    @Test func `a chat that is so already is not written to`() async throws {
        let chat = try await talkedChat()
        let connection = try scratch.connection()
        let before = try connection.number("PRAGMA data_version")
        let edited = try await edit(chat) { changes in
            changes.title = chat.title
            changes.addedTags = ["b"]
            changes.removedTags = ["x"]
            changes.pinned = false
            changes.metadata = ["mood": "good", "x": nil]
        }
        #expect(edited == chat)
        #expect(try await edit(chat) { _ in } == chat)
        #expect(try scratch.rows("SELECT task FROM pending_work") == [])
        #expect(try connection.number("SELECT count(*) FROM chats") == 1)
        #expect(try connection.number("PRAGMA data_version") == before)
        _ = try await edit(chat) { $0.pinned = true }
        #expect(try connection.number("PRAGMA data_version") != before)
    }

    @Test func `the same accent in other bytes is a change`() async throws {
        let chat = try await talkedChat()
        let composed = try await edit(chat) { changes in
            changes.title = "Caf\u{E9}"
            changes.metadata = ["place": "Caf\u{E9}"]
        }
        let edited = try await edit(composed) { changes in
            changes.title = "Cafe\u{301}"
            changes.metadata = ["place": "Cafe\u{301}"]
        }
        #expect(Array(edited.title.utf8) == Array("Cafe\u{301}".utf8))
        #expect(try scratch.rows("SELECT length(CAST(title AS BLOB)) FROM chats") == ["6"])
        #expect(try scratch.rows("SELECT length(CAST(value AS BLOB)) FROM chat_metadata WHERE name = 'place'") == ["6"])
    }

    @Test func `the model goes with its provider, unless one is named`() async throws {
        var chat = scratch.newChat()
        chat.provider = "local"
        chat.model = "small"
        #expect(chat.changed(by: changes { $0.provider = "blog" }).model == nil)
        #expect(chat.changed(by: changes { $0.provider = .some(nil) }).model == nil)
        #expect(chat.changed(by: changes { $0.provider = "local" }).model == "small")
        #expect(
            chat.changed(
                by: changes {
                    $0.provider = "blog"
                    $0.model = "large"
                }
            ).model == "large")
    }

    private func changes(_ change: (inout ChatChanges) -> Void) -> ChatChanges {
        var changes = ChatChanges()
        change(&changes)
        return changes
    }

    @Test func `a chat keeps its place in lists`() async throws {
        let first = try await talkedChat()
        scratch.world.advance(by: .seconds(10))
        let second = try await talkedChat()
        scratch.world.advance(by: .seconds(10))
        _ = try await edit(first) { $0.title = "New" }
        #expect(try await store.chats(matching: ChatQuery(), of: .local).chats.map(\.id) == [second.id, first.id])
        _ = try await edit(second) { $0.archived = true }
        #expect(try await store.latestChat(of: .local)?.id == first.id)
    }

    @Test func `the index finds the new title and not the old one`() async throws {
        let chat = try await talkedChat()
        let key = try scratch.number("SELECT key << 20 FROM chats")
        #expect(try isIndexed("rome", key: key))
        _ = try await edit(chat) { $0.title = "Night train 京都" }
        #expect(try isIndexed("night train", key: key) && isIndexed("京 都", key: key))
        #expect(try scratch.rows("SELECT rowid FROM message_index WHERE message_index MATCH 'rome'") == [])
        #expect(try scratch.rows("SELECT rowid FROM message_index WHERE message_index MATCH 'words'").count == 2)
        #expect(try await store.check() == [])
        // What the index says of the title is what a deletion takes out of it.
        try await store.delete([chat.id], of: .local)
        #expect(try await store.finishErasure { _ in } == .complete)
        #expect(try scratch.rows("SELECT rowid FROM message_index WHERE message_index MATCH 'train'") == [])
        #expect(try await store.check() == [])
    }

    @Test func `a title that the index has yet to come to is indexed once, as it is then`() async throws {
        let chat = try await talkedChat()
        try scratch.execute("INSERT INTO pending_work VALUES ('index', 0)")
        _ = try await edit(chat) { $0.title = "Night train" }
        try await store.reindex { _ in }
        #expect(try isIndexed("night train", key: scratch.number("SELECT key << 20 FROM chats")))
        #expect(try scratch.rows("SELECT rowid FROM message_index WHERE message_index MATCH 'rome'") == [])
        #expect(try await store.check() == [])
    }

    @Test func `there is no chat of that name, or it is another owner's`() async throws {
        let chat = try await talkedChat()
        let nowhere = ChatID(rawValue: "nowhere")
        await #expect(throws: StoreError.noSuchChat(nowhere)) {
            try await store.edit(nowhere, of: .local, changes { $0.title = "x" })
        }
        await #expect(throws: StoreError.noSuchChat(chat.id)) {
            try await store.edit(chat.id, of: Owner(rawValue: "someone"), changes { $0.title = "x" })
        }
        #expect(try await store.chat(chat.id, of: .local) == chat)
    }

    // MARK: - While a reply streams

    @Test func `an edit while a reply streams neither breaks the reply nor is lost`() async throws {
        let open = try await scratch.begin(.new(scratch.newChat("Old")))
        try await store.keep("Hel", number: 1, of: scratch.right(to: open))
        let edited = try await edit(open.chat) { changes in
            changes.title = "New"
            changes.provider = "blog"
            changes.addedTags = ["x"]
            changes.archived = true
            changes.system = "Be kind."
        }
        #expect(edited.version == open.chat.version)
        try await store.keep("lo.", number: 2, of: scratch.right(to: open))
        scratch.world.advance(by: .seconds(1))
        let finished = try await store.finish(scratch.right(to: open), with: scratch.ending(open, "Hello."))
        var expected = edited
        expected.updatedAt = scratch.world.now
        expected.version += 1
        #expect(finished == expected)
        #expect(try await store.branch(of: open.chat.id, of: .local, last: 1)?.1.map(\.content) == ["Hello."])
        #expect(try await store.check() == [])
    }

    @Test func `a provider named while another reply fails stays, and its reply is out of view`() async throws {
        for isEdited in [true, false] {
            let chat = try await scratch.talk(.new(scratch.newChat()), provider: "eliza")
            let question = try #require(try await store.branch(of: chat.id, of: .local, last: nil)?.1.first)
            let open = try await store.begin(
                scratch.exchange(in: .existing(chat), turn: .answer(question), provider: "local", model: "small"))
            if isEdited { _ = try await edit(chat) { $0.provider = "blog" } }
            let finished = try await store.finish(
                scratch.right(to: open), with: scratch.ending(open, "", .failed))
            #expect(finished.provider == (isEdited ? "blog" : "eliza"))
            #expect(finished.model == nil)
            #expect(finished.head == 2)
        }
    }

    @Test func `an exchange that was read before an edit goes on, and so does a deletion`() async throws {
        let chat = try await talkedChat()
        let edited = try await edit(chat) { $0.title = "New" }
        let talked = try await scratch.talk(.existing(chat))
        #expect(talked.title == "New" && talked.messageCount == 4)
        _ = try await edit(talked) { $0.pinned = true }
        try await store.delete([talked])
        #expect(try await store.chat(edited.id, of: .local) == nil)
    }

    /// Text that an edit has replaced, and what it has moved, is nowhere after the chat's deletion.
    @Test func `what an edit has replaced is erased with the chat`() async throws {
        let words = ["zyzzyva", "qoppatext", "wyvernish", "jackdawed", "xylotomy"]
        let filler = String(repeating: "filler ", count: 100)
        var chats: [Chat] = []
        for number in 0..<60 {
            var chat = scratch.newChat("\(words[0]) \(number) \(filler)")
            chat.system = words[1] + filler
            chat.tags = [words[2] + "\(number)"]
            chat.metadata = [words[3]: words[4]]
            chats.append(try await scratch.talk(.new(chat), filler, reply: filler))
        }
        for (number, chat) in chats.enumerated() where number % 3 == 0 {
            _ = try await edit(chat) { changes in
                changes.title = "Other \(number) " + String(repeating: "longer ", count: 300)
                changes.system = String(repeating: "longer ", count: 300)
                changes.removedTags = chat.tags
                changes.addedTags = (0..<20).map { "other \($0)" }
                changes.metadata = [words[3]: nil, "note": filler]
            }
        }
        let kept = try await scratch.talk(.new(scratch.newChat("Kept")))
        try await store.delete(chats.map(\.id), of: .local)
        #expect(try await store.finishErasure { _ in } == .complete)
        #expect(try found(words, in: scratch.folder) == [])
        #expect(try await store.chat(kept.id, of: .local) == kept)
        #expect(try await store.check() == [])
    }
}
