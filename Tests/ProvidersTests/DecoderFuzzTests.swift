import Support
import Testing

struct DecoderFuzzTests {
    @Test(arguments: 1...4)
    func `no damage loses what came before it, nor depends on the pieces`(seed: UInt64) throws {
        var fuzz = try DecoderFuzz(seed: seed)
        for _ in 0..<750 { try fuzz.run() }
        // All ways to end were met, or the damage is not what it is meant to be.
        #expect(fuzz.endings.keys.sorted() == ["answer", "failure", "limit", "torn", "unreadable"])
    }
}
