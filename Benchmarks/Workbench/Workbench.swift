/// Measures and fuzzes what the program is made of, and crashes the program. Scripts run it, optimized.
@main
struct Workbench {
    static func main() async throws {
        let words = CommandLine.arguments.dropFirst()
        switch words.first {
        case "decoder": try DecoderBenchmark(megabytes: number(words, 1) ?? 64).run()
        case "decoder-stream": DecoderBenchmark(megabytes: number(words, 1) ?? 64).print()
        case "reply-memory": try await ReplyMemory(megabytes: number(words, 1) ?? 100).run()
        case "fuzz": try Fuzzing(count: number(words, 1) ?? 1_000_000, seed: number(words, 2) ?? 1).run()
        case "crash": try await crashing(words).kill()
        case "power-loss": try await crashing(words).cutPower()
        case "exchange":
            try await ExchangeBenchmark(path: words.dropFirst().first ?? "", count: number(words, 2) ?? 0).run()
        case "history":
            try await HistoryBenchmark(
                path: words.dropFirst().first ?? "", times: number(words, 2) ?? 1000, isWhole: words.last != "standard"
            ).run()
        case "processes": try await Processes(words: words.dropFirst()).run()
        default:
            print(
                """
                usage: Workbench decoder [MB] | decoder-stream [MB] | reply-memory [MB] | fuzz [COUNT] [SEED] |
                    crash [RUNS] [SEED] | power-loss [RUNS] [SEED] | exchange DATABASE [COUNT] |
                    history DATABASE [TIMES] [standard] | processes [PROCESSES] [ROUNDS]
                """)
        }
    }

    private static func crashing(_ words: ArraySlice<String>) -> Crashing {
        Crashing(runs: number(words, 1) ?? 2000, seed: UInt64(number(words, 2) ?? 1))
    }

    private static func number(_ words: ArraySlice<String>, _ index: Int) -> Int? {
        words.dropFirst(index).first.flatMap { Int($0) }
    }
}
