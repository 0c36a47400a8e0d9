import Support

/// As many damaged streams as one has time for.
struct Fuzzing {
    let count: Int
    let seed: Int

    func run() throws {
        var fuzz = try DecoderFuzz(seed: UInt64(bitPattern: Int64(seed)))
        for _ in 0..<count { try fuzz.run() }
        let endings = fuzz.endings.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        print("\(fuzz.streams) streams, \(fuzz.bytes) bytes, \(fuzz.events) events; \(endings); seed \(seed): all well")
    }
}
