import Support
import Synchronization
import Testing

@testable import parley

struct ProgressBarTests {
    /// A screen, and a clock that moves when it is told to.
    private final class World: Sendable {
        private let state: Mutex<(screen: Screen, columns: Int, writes: Int, uptime: Duration)>
        let isReady: Bool

        init(columns: Int = 100, isReady: Bool = true) {
            state = Mutex((Screen(columns: columns, rows: 3), columns, 0, .seconds(5)))
            self.isReady = isReady
        }

        var lines: [String] { state.withLock { $0.screen.lines } }
        var unknown: [String] { state.withLock { $0.screen.unknown } }
        var writes: Int { state.withLock { $0.writes } }
        func advance(by duration: Duration) { state.withLock { $0.uptime += duration } }
        func write(_ text: String) { state.withLock { $0.screen.write(text) } }
        func narrow(to columns: Int) { state.withLock { $0.columns = columns } }

        func bar(_ unit: ProgressText.Unit = .messages, total: Int?) -> ProgressBar {
            let device = ProgressBar.Device(
                write: { text in
                    self.state.withLock {
                        $0.screen.write(text)
                        $0.writes += 1
                    }
                },
                columns: { self.state.withLock { $0.columns } }, isReady: { self.isReady })
            return ProgressBar("exporting", unit: unit, total: total, on: device) {
                self.state.withLock { $0.uptime }
            }
        }
    }

    @Test func `it shows a bar, the share, the rate and the time left`() {
        let world = World()
        let bar = world.bar(total: 1_000_000)
        world.advance(by: .seconds(2))
        bar.show(250_000)
        #expect(
            world.lines
                == ["parley: exporting  [#######-----------------------]   25 %  125000 messages/s  0:06 left"])
        world.advance(by: .seconds(6))
        bar.show(1_000_000)
        #expect(
            world.lines
                == ["parley: exporting  [##############################]  100 %  125000 messages/s  0:00 left"])
        #expect(world.unknown == [])
    }

    @Test func `bytes have their units, and without a total there is no share`() {
        let world = World()
        let known = world.bar(.bytes, total: 2_000_000_000)
        world.advance(by: .seconds(10))
        known.show(500_000_000)
        #expect(
            world.lines == ["parley: exporting  [#######-----------------------]   25 %  50.0 MB/s  0:30 left"])
        known.end()
        let unknown = world.bar(.bytes, total: nil)
        world.advance(by: .seconds(10))
        unknown.show(500_000_000)
        #expect(world.lines == ["parley: exporting  500.0 MB  50.0 MB/s"])
    }

    @Test func `it is drawn ten times a second at most, and not before the first tenth`() {
        let world = World()
        let bar = world.bar(total: 1000)
        for done in 1...1000 {
            world.advance(by: .milliseconds(1))
            bar.show(done)
            if done < 100 { #expect(world.writes == 0) }
        }
        #expect(world.writes == 10)
    }

    @Test func `what has not been drawn is not taken off`() {
        let world = World()
        let bar = world.bar(total: 10)
        bar.show(10)
        bar.end()
        bar.endAtOnce()
        #expect(world.writes == 0)
    }

    @Test(arguments: 2...100)
    func `it fits into any width, and nothing of it is left at the end`(columns: Int) {
        let world = World(columns: columns)
        let bar = world.bar(total: 1_000_000)
        for done in [1, 10, 999_999, 1_000_000] {
            world.advance(by: .seconds(1000))
            bar.show(done)
            #expect(world.lines.count <= 1)
            #expect(world.lines.allSatisfy { $0.count < columns })
        }
        bar.end()
        #expect(world.lines == [])
        world.write("next")
        #expect(world.lines.joined() == "next")
    }

    @Test func `in a narrow window the parts go, the last first`() {
        let world = World(columns: 200)
        let bar = world.bar(total: 1000)
        var seen: [String] = []
        for columns in stride(from: 100, to: 10, by: -1) {
            world.narrow(to: columns)
            world.advance(by: .seconds(1))
            bar.show(500)
            let line = world.lines.joined()
            let parts = ["[", "%", "/s", "left"].map { line.contains($0) ? $0 : "" }.joined(separator: " ")
            if seen.last != parts { seen.append(parts) }
        }
        #expect(seen == ["[ % /s left", " % /s left", " % /s ", "[ %  ", " %  ", "   "])
    }

    @Test func `a shorter line leaves nothing of a longer one`() {
        let world = World()
        let bar = world.bar(.bytes, total: nil)
        world.advance(by: .seconds(1))
        bar.show(123_456_789)
        world.advance(by: .seconds(1_000_000))
        bar.show(123_456_789)
        #expect(world.lines == ["parley: exporting  123.5 MB  123 bytes/s"])
    }

    @Test(arguments: [
        (0, 0, 1, "100 %"), (0, 10, 1, "0 %"), (999, 1000, 100, "99 %  10 messages/s  0:01 left"),
        (20, 10, 1, "100 %  20 messages/s  0:00 left"), (2, 7200, 2, "0 %  1 message/s  1:59:58 left"),
        (1, 10_000_000, 1, "0 %  1 message/s"),
    ])
    func `nothing, more than all, and very long`(done: Int, total: Int, seconds: Int, expected: String) {
        let text = ProgressText(label: "x", unit: .messages, total: total)
        let line = text.line(done: done, elapsed: .seconds(seconds), columns: 50)
        #expect(line.hasSuffix(expected), "\(line)")
    }

    @Test func `a signal takes it off where that can be done at once`() {
        for isReady in [true, false] {
            let world = World(isReady: isReady)
            let bar = world.bar(total: 10)
            world.advance(by: .seconds(1))
            bar.show(5)
            bar.endAtOnce()
            #expect(world.lines.isEmpty == isReady)
        }
    }
}
