/// Measures and fuzzes what the program is made of. Scripts/bench and Scripts/fuzz run it, optimized.
@main
struct Workbench {
    static func main() async throws {
        let words = CommandLine.arguments.dropFirst()
        switch words.first {
        case "decoder": try DecoderBenchmark(megabytes: number(words, 1) ?? 64).run()
        case "decoder-stream": DecoderBenchmark(megabytes: number(words, 1) ?? 64).print()
        case "reply-memory": try await ReplyMemory(megabytes: number(words, 1) ?? 100).run()
        case "fuzz": try Fuzzing(count: number(words, 1) ?? 1_000_000, seed: number(words, 2) ?? 1).run()
        default: print("usage: Workbench decoder [MB] | decoder-stream [MB] | reply-memory [MB] | fuzz [COUNT] [SEED]")
        }
    }

    private static func number(_ words: ArraySlice<String>, _ index: Int) -> Int? {
        words.dropFirst(index).first.flatMap { Int($0) }
    }
}
