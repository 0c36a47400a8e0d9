import Conversations
import Storage
import Support
import Testing

struct ChatReferenceTests {
    private let database: SharedDatabase

    init() async throws {
        database = try await SharedDatabase()
    }

    /// Puts a chat on the shelf, later than those before it.
    @discardableResult
    private func shelve(_ id: String, _ title: String, owner: Owner = .local) async throws -> Chat {
        database.world.advance(by: .seconds(60))
        let now = database.world.now
        let attempt = ProviderAttempt(
            id: database.surroundings().newAttemptID(), provider: "p", model: nil, kind: .chat, startedAt: now)
        let chat = Chat(id: ChatID(rawValue: id), owner: owner, title: title, createdAt: now)
        let open = try await database.store.begin(
            NewExchange(
                target: .new(chat), turn: .say("Hello", after: nil), provider: "p", model: nil, attempt: attempt,
                process: "test-1",
                now: now, leaseUntil: now))
        let right = OpenReply(id: open.reply.id, owner: owner, version: 1, process: "test-1", leaseUntil: now)
        var reply = open.reply
        reply.status = .complete
        return try await database.store.finish(right, with: ReplyEnding(message: reply, attempt: attempt))
    }

    private func resolve(_ text: String, for owner: Owner = .local) async throws -> ChatReference.Resolution {
        try await ChatReference(text).resolve(in: database.store, for: owner)
    }

    private let first = "01kg8aaaaaaaaaaaaa11112222"
    private let second = "01kg8bbbbbbbbbbbbb33334444"

    @Test(arguments: ["last", "x", "", "%", "01kg8"])
    func `nothing is found where there is nothing`(text: String) async throws {
        #expect(try await resolve(text) == .none)
    }

    @Test func `the last one is the one last used`() async throws {
        try await shelve(second, "One")
        let chat = try await shelve(first, "Two")
        #expect(try await resolve("last") == .one(chat))
    }

    @Test(arguments: [
        "01kg8aaaaaaaaaaaaa11112222", "01KG8AAAAAAAAAAAAA11112222", "01kg8a", "01KG8A", "01Kg8aA", "11112222",
        "Tea and Biscuits", "tea and biscuits", "TEA AND BISCUITS", "biscuit", "BISCUIT", "and B",
    ])
    func `a chat has many names`(text: String) async throws {
        let chat = try await shelve(first, "Tea and Biscuits")
        try await shelve(second, "Coffee")
        #expect(try await resolve(text) == .one(chat))
    }

    @Test func `a short form may be typed in capitals`() async throws {
        let chat = try await shelve("01kg8aaaaaaaaaaaaaabcdefgh", "A")
        try await shelve(second, "B")
        #expect(try await resolve("ABCDEFGH") == .one(chat))
        #expect(try await resolve("bcdefgh") == .none)
    }

    @Test func `an id from elsewhere is found as it is`() async throws {
        let chat = try await shelve("Note_1", "A")
        let longer = try await shelve("Note_12", "B")
        #expect(try await resolve("Note_1") == .one(chat))
        #expect(try await resolve("Note_12") == .one(longer))
        #expect(try await resolve("Note_") == .ambiguous([longer, chat]))
        // Here an underscore is an underscore.
        #expect(try await resolve("Note__") == .none)
    }

    @Test(arguments: ["äpfel über öl", "ÄPFEL ÜBER ÖL", "ÜBER", "öl"])
    func `case is no matter in any script`(text: String) async throws {
        let chat = try await shelve(first, "Äpfel über Öl")
        try await shelve(second, "Apfel")
        #expect(try await resolve(text) == .one(chat))
    }

    // MARK: - Several

    @Test func `a beginning that several have lists them, the last used first`() async throws {
        // In the order of neither their ids nor their titles.
        let middle = try await shelve(second, "A")
        let oldest = try await shelve("01kg8cccccccccccccccc", "B")
        let newest = try await shelve(first, "C")
        #expect(try await resolve("01kg8") == .ambiguous([newest, oldest, middle]))
    }

    @Test func `a title that several have lists them, the last used first`() async throws {
        let one = try await shelve(second, "Tea")
        let two = try await shelve(first, "tea")
        try await shelve("x", "Tea and more")
        #expect(try await resolve("Tea") == .ambiguous([two, one]))
    }

    @Test func `a part of several titles lists them, the last used first`() async throws {
        let one = try await shelve(second, "Green tea")
        let two = try await shelve(first, "Black Tea")
        let three = try await shelve("x", "Mint teas")
        #expect(try await resolve("tea") == .ambiguous([three, two, one]))
    }

    @Test func `an id and a title in one list stand in the order of use as well`() async throws {
        let beginning = try await shelve("11112222-and-more", "A")
        let short = try await shelve(first, "B")
        #expect(try await resolve("11112222") == .ambiguous([short, beginning]))
    }

    @Test func `of many candidates ten are listed, the last used first`() async throws {
        var chats: [Chat] = []
        for number in 0..<13 {
            // Ids go down while time goes on.
            chats.append(try await shelve("chat-\(99 - number)", "Title \(number % 3)\(number)"))
        }
        for name in ["chat-", "title"] {
            guard case .ambiguous(let candidates) = try await resolve(name) else {
                Issue.record("\(name) is not ambiguous")
                continue
            }
            #expect(candidates.count == ChatReference.maximumCandidates)
            #expect(candidates.map(\.updatedAt) == candidates.map(\.updatedAt).sorted(by: >))
            #expect(candidates.allSatisfy(chats.contains))
        }
    }

    @Test func `an exact title decides where a beginning does not`() async throws {
        try await shelve("tea-1", "One")
        try await shelve("tea-2", "Two")
        let chat = try await shelve("x", "Tea")
        try await shelve("y", "Tea for two")
        #expect(try await resolve("tea") == .one(chat))
    }

    @Test func `a part of one title does not decide between several ids`() async throws {
        let one = try await shelve("tea-1", "One")
        let two = try await shelve("tea-2", "Two")
        try await shelve("x", "Green tea")
        #expect(try await resolve("tea") == .ambiguous([two, one]))
    }

    @Test func `the first step that finds several names the candidates`() async throws {
        let one = try await shelve("tea-1", "One")
        let two = try await shelve("tea-2", "Two")
        try await shelve("x", "Green tea")
        try await shelve("y", "Black tea")
        #expect(try await resolve("tea") == .ambiguous([two, one]))
    }

    @Test func `an id goes before a title`() async throws {
        let chat = try await shelve(first, "One")
        try await shelve(second, "11112222")
        try await shelve("x", first)
        #expect(try await resolve("11112222") == .one(chat))
        #expect(try await resolve(first) == .one(chat))
    }

    @Test func `one chat found in two ways is one`() async throws {
        let chat = try await shelve("11112222", "11112222 11112222")
        #expect(try await resolve("1111222") == .one(chat))
        let short = try await shelve("x", "y")
        #expect(try await resolve("x") == .one(short))
    }

    // MARK: - Characters that mean something to SQL

    private static let strangeTitles = [
        "100% sure", "snake_case", "it's here", "a \"quoted\" word", "back\\slash", "star*", "what?1", "[abc]",
        "semi; DROP TABLE chats; --", "tab\there",
    ]

    @Test(arguments: [
        ("%", 0), ("0% s", 0), ("_", 1), ("'", 2), ("it's", 2), ("\"", 3), ("\"quoted\"", 3), ("\\", 4), ("*", 5),
        ("?1", 6), ("[", 7), ("; drop table chats; --", 8), ("\t", 9),
    ])
    func `they mean nothing here`(text: String, index: Int) async throws {
        var chats: [Chat] = []
        for (index, title) in Self.strangeTitles.enumerated() {
            chats.append(try await shelve("chat-\(index)", title))
        }
        #expect(try await resolve(text) == .one(chats[index]))
    }

    @Test(arguments: ["%%", "chat-_", "c%", "100_ sure", "' OR 1=1 --", "chat-?", "\0", "sn*"])
    func `nor do they find what is not there`(text: String) async throws {
        for (index, title) in Self.strangeTitles.enumerated() { try await shelve("chat-\(index)", title) }
        #expect(try await resolve(text) == .none)
    }

    // MARK: - Other people's chats

    @Test(arguments: ["last", "01kg8aaaaaaaaaaaaa11112222", "01kg8a", "11112222", "Tea", "te"])
    func `another's chat does not exist`(text: String) async throws {
        let other = Owner(rawValue: "other")
        let theirs = try await shelve(first, "Tea", owner: other)
        #expect(try await resolve(text) == .none)
        let mine = try await shelve(first, "Tea")
        #expect(try await resolve(text) == .one(mine))
        #expect(try await resolve(text, for: other) == .one(theirs))
    }
}
