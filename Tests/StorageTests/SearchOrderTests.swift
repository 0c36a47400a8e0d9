import Conversations
import SQLite
import Support
import Testing

@testable import Storage

/// A store with many chats side by side in time, some of them put away, forked or others', brought in from the first to the
/// latest or the other way round; and all that is in it, in memory. Some words are frequent, one was so once, one is rare.
private struct CrowdedStore {
    struct Row {
        var place: SearchPlace
        var words: Set<String>
        var role: Role?
        var chat: Chat
    }

    static let span: ClosedRange<Int64> = 1_000_000...2_000_000

    let scratch: ScratchStore
    private(set) var rows: [Row] = []

    /// What the store is to find, by going through everything.
    func answer(_ query: SearchQuery, words: [String]) -> [SearchPlace] {
        rows.filter { row in
            words.allSatisfy(row.words.contains) && row.chat.owner == .local
                && (query.chat == nil || query.chat == row.chat.id) && (query.role == nil || query.role == row.role)
                && (query.provider == nil || query.provider == row.chat.provider)
                && (query.since.map { row.place.time >= $0.rawValue } ?? true)
                && (query.until.map { row.place.time < $0.rawValue } ?? true)
                && (query.before.map { row.place < SearchPlace($0) } ?? true)
        }
        .map(\.place).sorted(by: >)
    }

    init(isReversed: Bool, seed: UInt64) async throws {
        scratch = try await ScratchStore()
        var random = SeededGenerator(seed: seed)
        var chats: [(Chat, [Message])] = []
        for number in 0..<260 {
            let begin = Int64.random(in: Self.span, using: &random)
            let isOld = begin < 1_300_000
            var chat = Chat(
                id: ChatID(rawValue: "c\(UInt32.random(in: 0...99999, using: &random))-\(number)"),
                owner: number % 11 == 3 ? Owner(rawValue: "other") : .local,
                title: number % 3 == 0 ? "common title\(number % 9)" : "", createdAt: Timestamp(rawValue: begin),
                provider: ["eliza", "blog", nil][number % 3], archived: number % 7 == 0)
            var time = begin
            var messages: [Message] = []
            for seq in 1...Int.random(in: 1...20, using: &random) {
                // Times may repeat, within a chat and across chats, and a fork's begin before it does.
                time += [0, 0, 1, 500, 20_000].randomElement(using: &random) ?? 0
                let said = seq == 1 && number % 5 == 0 ? begin / 2 : time / 1000 * 1000
                var words = ["common"]
                if isOld { words.append("once") }
                if Int.random(in: 0..<40, using: &random) == 0 { words.append("rare") }
                if Int.random(in: 0..<2, using: &random) == 0 { words.append("half") }
                messages.append(
                    Message(
                        id: MessageID(chat: chat.id, seq: seq), role: seq % 2 == 1 ? .user : .assistant,
                        content: words.shuffled(using: &random).joined(separator: " ") + " …",
                        createdAt: Timestamp(rawValue: said)))
            }
            // Of some, the last message is said to be later than the chat's last activity.
            chat.updatedAt = Timestamp(rawValue: time - (number % 13 == 0 ? 700 : 0))
            chats.append((chat, messages))
        }
        chats.sort { isReversed ? $0.0.updatedAt > $1.0.updatedAt : $0.0.createdAt < $1.0.createdAt }
        let connection = try scratch.connection()
        try connection.transaction(.immediate) {
            for (chat, messages) in chats {
                let key = try connection.insert(chat)
                for message in messages { try connection.insert(message, inChat: key) }
            }
        }
        for (chat, messages) in chats {
            func row(_ time: Timestamp, _ seq: Int, _ text: String, _ role: Role?) -> Row {
                let time = min(time.rawValue, chat.updatedAt.rawValue)
                return Row(
                    place: SearchPlace(time: time, chat: chat.id.rawValue, seq: seq),
                    words: Set(text.split(separator: " ").map(String.init)), role: role, chat: chat)
            }
            rows.append(row(chat.updatedAt, 0, chat.title, nil))
            rows += messages.map { row($0.createdAt, $0.id.seq, $0.content, $0.role) }
        }
    }

}

/// Answers in the order of time, against going through everything.
struct SearchOrderTests {
    private func places(_ page: SearchPage) -> [SearchPlace] {
        page.hits.map { hit in
            SearchPlace(
                time: min(hit.message?.createdAt.rawValue ?? .max, hit.chat.updatedAt.rawValue),
                chat: hit.chat.id.rawValue, seq: hit.message?.id.seq ?? 0)
        }
    }

    @Test(arguments: [(false, 1), (true, 2)] as [(Bool, UInt64)])
    func `the newest are found, under any conditions`(isReversed: Bool, seed: UInt64) async throws {
        let test = try await CrowdedStore(isReversed: isReversed, seed: seed)
        #expect(test.answer(SearchQuery(.typed("common")), words: ["common"]).count > IndexedRows.rowsAtFirst)
        var random = SeededGenerator(seed: seed)
        var foundSome = 0
        for _ in 0..<150 {
            let words =
                [["common"], ["once"], ["half"], ["rare"], ["half", "common"], ["once", "half"], ["title3"], ["…"]]
                .randomElement(using: &random) ?? []
            var query = SearchQuery(.typed(words.joined(separator: " ")))
            query.limit = [1, 2, 20, 20, 20, 400].randomElement(using: &random) ?? 20
            func sometimes<Value>(_ value: Value?) -> Value? {
                Int.random(in: 0..<4, using: &random) == 0 ? value : nil
            }
            func moment() -> Timestamp {
                Timestamp(rawValue: .random(in: CrowdedStore.span, using: &random) / 1000 * 1000)
            }
            let row = try #require(test.rows.randomElement(using: &random))
            query.role = sometimes([.user, .assistant, .system].randomElement(using: &random))
            query.provider = sometimes(["eliza", "blog", "nobody"].randomElement(using: &random))
            query.since = sometimes(moment())
            query.until = sometimes(moment())
            query.before = sometimes(row.place.cursor)
            query.chat = sometimes(sometimes(row.chat.id))
            let expected = test.answer(query, words: words)
            let page = try await test.scratch.store.search(query, of: .local)
            #expect(places(page) == Array(expected.prefix(query.limit)), "\(query)")
            #expect(page.next == (expected.count > query.limit ? expected[query.limit - 1].cursor : nil), "\(query)")
            foundSome += expected.isEmpty ? 0 : 1
        }
        #expect(foundSome > 50)
    }

    @Test(arguments: ["common", "once", "rar*", "…"])
    func `pages one after the other are one long answer`(text: String) async throws {
        let test = try await CrowdedStore(isReversed: true, seed: 5)
        var query = SearchQuery(.typed(text))
        query.limit = 10_000
        let whole = try await test.scratch.store.search(query, of: .local)
        #expect(whole.next == nil && whole.hits.count > 30)
        query.limit = whole.hits.count / 7 + 1
        var joined: [SearchHit] = []
        repeat {
            let page = try await test.scratch.store.search(query, of: .local)
            joined += page.hits
            query.before = page.next
        } while query.before != nil
        #expect(joined == whole.hits)
        query.limit = whole.hits.count
        #expect(try await test.scratch.store.search(query, of: .local).next == nil)
        query.limit = 0
        #expect(try await test.scratch.store.search(query, of: .local).hits == [])
    }

    @Test func `by rank, the same are found`() async throws {
        let test = try await CrowdedStore(isReversed: false, seed: 9)
        var random = SeededGenerator(seed: 9)
        for words in [["common"], ["once"], ["rare"], ["half", "once"]] {
            for _ in 0..<8 {
                var query = SearchQuery(.typed(words.joined(separator: " ")))
                query.limit = 10_000
                let row = try #require(test.rows.randomElement(using: &random))
                func sometimes<Value>(_ value: Value?) -> Value? { Bool.random(using: &random) ? value : nil }
                query.role = sometimes(row.role)
                query.provider = sometimes(row.chat.provider)
                query.since = sometimes(Timestamp(rawValue: row.place.time))
                query.until = sometimes(Timestamp(rawValue: row.place.time + 100_000))
                query.chat = sometimes(sometimes(row.chat.id))
                let expected = test.answer(query, words: words)
                query.order = .byRank
                let page = try await test.scratch.store.search(query, of: .local)
                #expect(places(page).sorted(by: >) == expected, "\(query)")
                #expect(page.next == nil && page.rankedOnly == nil)
            }
        }
    }
}
