import Conversations
import Testing

struct ULIDGeneratorTests {
    private let generator = ULIDGenerator()
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")

    /// The milliseconds that the first ten characters say.
    private func time(of id: String) throws -> Int64 {
        try id.prefix(10).reduce(0) { number, character in
            number << 5 | Int64(try #require(Self.alphabet.firstIndex(of: character)))
        }
    }

    @Test(arguments: [0, 1, 1_769_860_800_000, 253_402_300_799_999, (1 << 48) - 1])
    func `an identifier is 26 characters, and its time can be read`(now: Int64) throws {
        for _ in 0..<50 {
            let id = ULIDGenerator().next(at: Timestamp(rawValue: now))
            #expect(id.utf8.count == 26)
            #expect(id.allSatisfy(Self.alphabet.contains))
            #expect(try time(of: id) == now)
        }
    }

    @Test func `a moment before 1970 has an identifier as well`() throws {
        let id = generator.next(at: Timestamp(rawValue: -5))
        #expect(id.utf8.count == 26)
        #expect(try time(of: id) == 0)
    }

    @Test func `identifiers of one millisecond are in the order of making`() throws {
        let now = Timestamp(rawValue: 1_769_860_800_000)
        let ids = (0..<5_000).map { _ in generator.next(at: now) }
        #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 })
        #expect(try time(of: ids[0]) == now.rawValue)
    }

    @Test func `a clock that goes back does not disturb the order`() {
        var ids: [String] = []
        for milliseconds: Int64 in [1000, 2000, 1999, 0, -7, 2000, 2001, 1500, 3000] {
            ids.append(generator.next(at: Timestamp(rawValue: milliseconds)))
        }
        #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test func `the last eight characters tell neighbours apart`() {
        let now = Timestamp(rawValue: 1_769_860_800_000)
        let ids = (0..<2_000).map { _ in ChatID(rawValue: generator.next(at: now)) }
        #expect(Set(ids.map(\.short)).count == ids.count)
        #expect(ids.allSatisfy { $0.short.utf8.count == 8 })
        // Random through and through: each of the eight places takes on every character.
        for place in 0..<8 {
            #expect(Set(ids.map { Array($0.short)[place] }).count == 32)
        }
    }

    @Test func `tasks that ask at once get identifiers of their own`() async {
        let now = Timestamp(rawValue: 1_769_860_800_000)
        let ids = await withTaskGroup(of: [String].self) { group in
            for _ in 0..<8 {
                group.addTask { (0..<1_000).map { generator.next(at: now.advanced(byMilliseconds: Int64($0 % 3))) } }
            }
            return await group.reduce(into: []) { $0 += [$1] }
        }
        #expect(Set(ids.joined()).count == 8_000)
        #expect(ids.allSatisfy { zip($0, $0.dropFirst()).allSatisfy { $0 < $1 } })
    }
}
