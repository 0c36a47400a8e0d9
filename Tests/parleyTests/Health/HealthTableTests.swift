import Conversations
import Terminal
import Testing

@testable import parley

/// The health table, made of values.
struct HealthTableTests {
    private let now = Timestamp(rawValue: 1_769_860_800_000)

    private func minutesAgo(_ minutes: Int64) -> Timestamp { now.advanced(byMilliseconds: -minutes * 60_000) }

    private func slots(_ counts: [AttemptCounts]) -> [HealthSlot] {
        counts.enumerated().map { HealthSlot(start: minutesAgo(Int64(24 - $0) * 60), counts: $1) }
    }

    private var eliza: ProviderSummary {
        var summary = ProviderSummary(
            provider: "eliza", state: .healthy, counts: AttemptCounts(ok: 212),
            slots: slots([AttemptCounts()] + Array(repeating: AttemptCounts(ok: 9), count: 24)))
        summary.stateSince = minutesAgo(3 * 24 * 60)
        summary.availability = 1
        summary.firstText = Percentiles(p50: 1, p75: 1, p90: 2, p95: 2, p99: 3, count: 212, isExact: true)
        summary.lastOKAt = minutesAgo(2)
        return summary
    }

    private var blog: ProviderSummary {
        let hours =
            Array(repeating: AttemptCounts(ok: 8), count: 8) + [AttemptCounts(ok: 4, faults: 2)]
            + Array(repeating: AttemptCounts(ok: 9, limited: 1), count: 14)
            + [AttemptCounts(limited: 2, other: 1), AttemptCounts(faults: 5)]
        var counts = AttemptCounts()
        for hour in hours { counts += hour }
        var summary = ProviderSummary(provider: "blog", state: .down, counts: counts, slots: slots(hours))
        summary.stateSince = minutesAgo(14)
        summary.retryAt = now.advanced(byMilliseconds: 61_000)
        summary.availability = 0.9899
        summary.firstText = Percentiles(p50: 640, p75: 900, p90: 1900, p95: 2500, p99: 9000, count: 190, isExact: true)
        summary.lastOKAt = minutesAgo(40)
        summary.lastError = ProviderSummary.LastError(
            at: minutesAgo(3), outcome: .http5xx, httpStatus: 503, text: "upstream \u{1B}[31mdown")
        return summary
    }

    private func text(
        _ providers: [ProviderSummary], width: Int?, signs: HealthSigns = .blocks, color: Style.Mode = .never,
        networkDownSince: Timestamp? = nil
    ) -> [String] {
        let report = HealthReport(
            since: minutesAgo(24 * 60), now: now, providers: providers, networkDownSince: networkDownSince)
        let style = Style(mode: color, environment: [:], isTerminal: false)
        let table = HealthTable(title: "LAST 24 H", signs: signs, style: style, width: width)
        return table.text(of: report).split(separator: "\n").map(String.init)
    }

    @Test func `without a terminal a provider is one line with all there is`() {
        #expect(
            text([eliza, blog], width: nil) == [
                "PROVIDER  STATE       LAST 24 H                  OK                 UP  ATTEMPTS  LIMITED  "
                    + "FIRST TEXT p50/p90  LAST OK     LAST ERROR",
                "eliza     healthy 3d  ·████████████████████████  100 % of 212    100 %       212           "
                    + "1 ms / 2 ms         2 min ago",
                "blog      down 14m    ████████▄██████████████·✕  96.5 % of 201  98.9 %       218       16  "
                    + "640 ms / 1.9 s      40 min ago  http_5xx 503 3 min ago, next try in 2 min: upstream ␛[31mdown",
            ])
    }

    @Test func `with 80 columns the bar is whole, and what has no room stands below`() {
        #expect(
            text([eliza, blog], width: 80) == [
                "PROVIDER  STATE       LAST 24 H                  OK                 UP",
                "eliza     healthy 3d  ·████████████████████████  100 % of 212    100 %",
                "    212 attempts, first text 1 ms / 2 ms, last ok 2 min ago",
                "blog      down 14m    ████████▄██████████████·✕  96.5 % of 201  98.9 %",
                "    218 attempts, 16 limited, first text 640 ms / 1.9 s, last ok 40 min ago",
                "    http_5xx 503 3 min ago, next try in 2 min: upstream ␛[31mdown",
            ])
    }

    @Test(arguments: 1...200)
    func `no line is wider than the terminal, and no bar is cut`(width: Int) {
        var long = blog
        long.provider = "a-provider-with-a-name-that-is-long"
        var wide = blog
        wide.provider = "提供者\u{202E}"
        let lines = text([eliza, long, wide], width: width)
        #expect(lines.allSatisfy { DisplayWidth.columns(of: $0) <= width })
        let bars = lines.flatMap { $0.matches(of: /[█▄✕·]+/) }.map { $0.output.count }
        #expect(width < 29 ? bars.isEmpty : bars == [25, 25, 25])
        #expect(lines.allSatisfy { !$0.contains("\u{1B}") && !$0.contains("\u{202E}") })
    }

    @Test func `the bar has a line of its own where it has no room, and its title`() {
        #expect(
            text([eliza], width: 50) == [
                "PROVIDER  STATE       OK",
                "eliza     healthy 3d  100 % of 212",
                "    last 24 h ·████████████████████████",
                "    up 100 %, 212 attempts, first text 1 ms / 2 ms",
                "    last ok 2 min ago",
            ])
    }

    @Test func `the shape tells without colour, and letters without shapes`() {
        #expect(text([blog], width: nil, signs: .letters)[1].contains("  ########+##############.x  "))
        let coloured = text([blog], width: nil, color: .always)
        #expect(coloured[1].contains("\u{1B}[31mdown 14m"))
        #expect(coloured[1].contains("\u{1B}[33m▄\u{1B}[39m") && coloured[1].contains("·\u{1B}[31m✕\u{1B}[39m  "))
        let plain = coloured.map { $0.replacing(/\u{1B}\[\d+m/, with: "") }
        #expect(plain == text([blog], width: nil))
    }

    @Test func `one that nobody asked has no numbers`() {
        var summary = ProviderSummary(
            provider: "new", state: .unknown, counts: AttemptCounts(), slots: slots([AttemptCounts()]))
        let lines = text([summary], width: nil)
        #expect(lines[1] == "new       unknown  ·          -    -         0  -                   -")
        #expect(text([summary], width: 60).count == 2)
        summary.availability = 1
        #expect(text([summary], width: 30).last == "    last 24 h ·")
    }

    @Test func `a key is waited for, a trial is told`() {
        var locked = blog
        locked.retryAt = nil
        #expect(text([locked], width: nil)[1].contains("3 min ago, no other try until it is named"))
        var recovering = blog
        recovering.state = .recovering
        #expect(text([recovering], width: nil)[1].contains("3 min ago, its next attempt is a trial"))
    }

    @Test func `a network that is down is one line`() {
        let line = "This machine's network seems to be down, for 5 min: that counts against no provider."
        #expect(text([eliza], width: nil, networkDownSince: minutesAgo(5)).last == line)
        #expect(text([], width: 80, networkDownSince: minutesAgo(5)) == [line])
    }
}

struct ShownShareTests {
    @Test(
        arguments: [
            (0, 0, "-"), (3, 0, "3/3"), (0, 3, "0/3"), (18, 1, "18/19"), (20, 0, "100 % of 20"),
            (9999, 1, "99.9 % of 10000"), (999_999, 1, "99.9 % of 1000000"), (27, 1, "96.4 % of 28"),
            (0, 20, "0.0 % of 20"), (1, 9999, "<0.1 % of 10000"),
        ])
    func `success has no more digits than it bears`(ok: Int, faults: Int, text: String) {
        #expect(ShownShare.success(AttemptCounts(ok: ok, faults: faults, limited: 7, other: 9)) == text)
    }

    @Test(
        arguments: [
            (nil, 0, "-"), (1, 0, "-"), (0.5, 0, "~50 %"), (1, 3, "~100 %"), (0.999, 3, "~99 %"), (1, 20, "100 %"),
            (0.9999, 20, "99.9 %"), (0.29, 20, "29.0 %"), (0, 20, "0.0 %"),
        ] as [(Double?, Int, String)])
    func `so has availability`(share: Double?, counted: Int, text: String) {
        #expect(ShownShare.availability(share, AttemptCounts(ok: counted)) == text)
    }
}

struct ShownLengthTests {
    @Test(
        arguments: [
            (-5, "0s", "0 s", "0 s"), (59_999, "59s", "59 s", "59 s"), (60_000, "1m", "1 min", "1 min"),
            (3_599_999, "59m", "59 min", "59 min"), (11_520_000, "3h", "3 h", "3 h 12 min"),
            (86_400_000, "1d", "1 d", "1 d"), (187_300_000, "2d", "2 d", "2 d 4 h"),
        ] as [(Int64, String, String, String)])
    func `a length has a unit that fits`(milliseconds: Int64, short: String, words: String, precise: String) {
        #expect(ShownLength.short(milliseconds) == short)
        #expect(ShownLength.words(milliseconds) == words)
        #expect(ShownLength.precise(milliseconds) == precise)
    }

    @Test func `what was is rounded down, what will be is rounded up`() {
        let now = Timestamp(rawValue: 1_000_000)
        #expect(ShownLength.ago(Timestamp(rawValue: 999_001), now: now) == "now")
        #expect(ShownLength.ago(Timestamp(rawValue: 881_000), now: now) == "1 min ago")
        #expect(ShownLength.ago(Timestamp(rawValue: 2_000_000), now: now) == "now")
        #expect(ShownLength.until(Timestamp(rawValue: 1_060_001), now: now) == "in 2 min")
        #expect(ShownLength.until(Timestamp(rawValue: 1_000_001), now: now) == "in 1 s")
        #expect(ShownLength.until(now, now: now) == "now")
    }
}

struct HealthSignsTests {
    @Test(
        arguments: [
            ([:], .letters), (["LANG": "de_DE.UTF-8"], .blocks), (["LANG": "C.utf8"], .blocks),
            (["LANG": "de_DE.UTF-8@euro"], .blocks), (["LANG": "en_US.UTF-8", "LC_ALL": "C"], .letters),
            (["LANG": "C", "LC_CTYPE": "en_US.UTF-8"], .blocks), (["LANG": "C.UTF-8", "LC_ALL": ""], .blocks),
            (["LANG": "C.UTF-8", "NO_COLOR": "1"], .letters), (["LANG": "C.UTF-8", "NO_COLOR": ""], .blocks),
            (["LANG": "de_DE.ISO-8859-1"], .letters), (["LANG": "de_DE@UTF-8"], .letters),
        ] as [([String: String], HealthSigns)])
    func `blocks are drawn where the locale has them`(environment: [String: String], signs: HealthSigns) {
        #expect(HealthSigns(isForced: false, environment: environment) == signs)
        #expect(HealthSigns(isForced: true, environment: environment) == .letters)
    }

    @Test func `a bar is as long as its share, and seen where there is any`() {
        #expect(HealthSigns.blocks.bar(10, of: 10, columns: 40).count == 40)
        #expect(HealthSigns.blocks.bar(1, of: 1000, columns: 40) == "█")
        #expect(HealthSigns.letters.bar(5, of: 10, columns: 4) == "##")
        #expect(HealthSigns.letters.bar(0, of: 10, columns: 4) == "")
    }
}

struct HealthWindowTests {
    private let now = Timestamp(rawValue: 1_769_860_800_000)

    @Test(
        arguments: [
            ("24h", "LAST 24 H", "the last 24 h"), ("90m", "LAST 90 MIN", "the last 90 min"),
            ("007d", "LAST 7 D", "the last 7 d"), ("2026-01-02T03:04Z", nil, nil),
        ] as [(String, String?, String?)])
    func `the window is called as it was asked for`(text: String, title: String?, words: String?) throws {
        let window = try HealthWindow(since: text, now: now)
        #expect(title == nil ? window.title.hasPrefix("SINCE 2026-01-0") : window.title == title)
        #expect(words == nil ? window.words.hasPrefix("the time since 2026-01-0") : window.words == words)
        #expect(window.since < window.now)
    }

    @Test func `what is to come is no window, and the beginning of time one that can be reckoned with`() throws {
        #expect(throws: Failure.self) { try HealthWindow(since: "2999-01-01", now: now) }
        #expect(throws: Failure.self) { try HealthWindow(since: "tomorrow", now: now) }
        #expect(try HealthWindow(since: "999999w", now: now).since == Timestamp(rawValue: 0))
    }
}
