import Support
import Testing

@testable import SQLite

/// Faults are found where a String of the bytes would have U+FFFD.
struct UTF8FaultsTests {
    private func isFaulty(_ bytes: [UInt8]) -> Bool { UTF8Faults.has(bytes.span) }

    private static func hasFaults(_ bytes: [UInt8]) -> Bool {
        String(validating: bytes, as: UTF8.self) == nil
    }

    @Test(arguments: ["é", "日", "👩‍💻", "\u{7F}\u{80}", "\u{7FF}\u{800}", "\u{FFFF}\u{10000}\u{10FFFF}", "a\u{301}"])
    func `characters of each width at each place around 16 bytes`(characters: String) {
        for before in 0...40 {
            for after in [0, 1, 7, 15, 16, 17, 40] {
                let bytes = Array(
                    (String(repeating: "x", count: before) + characters + String(repeating: "y", count: after)).utf8)
                #expect(!isFaulty(bytes))
                // Cut anywhere, or with any byte of it lost, it is as a String has it.
                for end in before...(before + characters.utf8.count) {
                    let cut = Array(bytes[..<end])
                    #expect(isFaulty(cut) == Self.hasFaults(cut))
                    guard end < before + characters.utf8.count else { continue }
                    var lacking = bytes
                    lacking.remove(at: end)
                    #expect(isFaulty(lacking) == Self.hasFaults(lacking))
                }
            }
        }
    }

    @Test func `all beginnings of two bytes, and what may follow them`() {
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                for rest: [UInt8] in [[], [0x80], [0xBF, 0x80], [0x7F], [0x80, 0xC0]] {
                    let bytes = [first, second] + rest
                    if isFaulty(bytes) != Self.hasFaults(bytes) { Issue.record("\(bytes)") }
                }
            }
        }
    }

    @Test func `random bytes`() {
        var generator = SeededGenerator(seed: 5)
        var faulty = 0
        for _ in 0..<20_000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...30, using: &generator) {
                let range: ClosedRange<UInt32> = Bool.random(using: &generator) ? 0...0x7F : 0...0x10FFFF
                if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &generator)) {
                    bytes += Array(String(Character(scalar)).utf8)
                }
            }
            if !bytes.isEmpty, Bool.random(using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            faulty += Self.hasFaults(bytes) ? 1 : 0
            if isFaulty(bytes) != Self.hasFaults(bytes) { Issue.record("\(bytes)") }
        }
        #expect((1000..<19_000).contains(faulty))
    }

    @Test func `no bytes have no faults`() {
        #expect(!isFaulty([]))
    }
}
