/// Metrics, read as strictly as a monitoring system might.
struct MetricsReading {
    private(set) var samples: [(name: String, labels: String, value: Double)] = []
    /// What is against the rules, each in a line.
    private(set) var faults: [String] = []

    private var types: [String: String] = [:]

    init(_ text: String, isOpenMetrics: Bool) throws {
        if !text.hasSuffix("\n") { faults.append("the last line has no end") }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        if isOpenMetrics, lines.popLast() != "# EOF" { faults.append("there is no end") }
        var helped: Set<Substring> = []
        var family = ""
        for line in lines {
            if let match = try /# HELP ([a-z_]+) .+/.wholeMatch(in: line) {
                if !helped.insert(match.1).inserted { faults.append("\(match.1) comes twice") }
            } else if let match = try /# TYPE ([a-z_]+) (counter|gauge|histogram|info)/.wholeMatch(in: line) {
                family = String(match.1)
                if !helped.contains(match.1) { faults.append("\(family) has no help") }
                types[family] = String(match.2)
                if match.2 == "info", !isOpenMetrics { faults.append("\(family) is a fact") }
                if match.2 == "counter", family.hasSuffix("_total") == isOpenMetrics { faults.append("\(family)") }
            } else if let match = try Self.sample.wholeMatch(in: line), let value = Double(match.3) {
                take(String(match.1), String(match.2 ?? ""), value, of: family)
            } else {
                faults.append("no such line: \(line)")
            }
        }
        if Set(samples.map { $0.name + "{" + $0.labels }).count != samples.count {
            faults.append("a sample comes twice")
        }
        checkHistograms()
    }

    private static var sample: Regex<(Substring, Substring, Substring?, Substring)> {
        /([a-z_]+)(?:\{((?:[a-z]+="(?:[^"\\]|\\["\\n])*",?)+)\})? ([0-9.e+-]+)/
    }

    private mutating func take(_ name: String, _ labels: String, _ value: Double, of family: String) {
        let endings = ["", "_total", "_info", "_bucket", "_sum", "_count"]
        if !endings.contains(where: { name == family + $0 }) { faults.append("\(name) is none of \(family)") }
        if value < 0 { faults.append("\(name) is \(value)") }
        samples.append((name, labels, value))
    }

    /// Buckets hold no fewer than those before, and the last all.
    private mutating func checkHistograms() {
        var series: [String: [Double]] = [:]
        for sample in samples where sample.name.hasSuffix("_bucket") {
            let rest = sample.labels.split(separator: ",").filter { !$0.hasPrefix("le=") }.joined(separator: ",")
            series[sample.name.dropLast(7) + "{" + rest, default: []].append(sample.value)
        }
        for (name, counts) in series {
            if counts != counts.sorted() || counts.count != 15 { faults.append("the buckets of \(name): \(counts)") }
            let count = samples.first {
                name == $0.name.replacing("_count", with: "") + "{" + $0.labels && $0.name.hasSuffix("_count")
            }
            if count?.value != counts.last { faults.append("the count of \(name)") }
        }
    }
}
