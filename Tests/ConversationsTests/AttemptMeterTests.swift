import Support
import Testing

@testable import Conversations

struct AttemptMeterTests {
    private let world = ScriptedWorld()
    private let meter: AttemptMeter

    init() {
        // What the clock shows at the beginning is no matter.
        world.advance(by: .seconds(3600))
        meter = AttemptMeter(uptime: world.surroundings().uptime)
    }

    private func pass(_ milliseconds: Int) {
        world.advance(by: .milliseconds(milliseconds))
    }

    @Test func `an attempt that came to nothing has lasted`() {
        pass(250)
        var expected = ProviderAttempt.Result()
        expected.durationMilliseconds = 250
        #expect(meter.result() == expected)
        #expect(!meter.hasText)
        pass(1)
        #expect(meter.result().durationMilliseconds == 251)
    }

    @Test func `all times are from the start`() {
        pass(10)
        meter.connected()
        pass(20)
        meter.responded(status: 200)
        meter.received(bytes: 100)
        pass(30)
        meter.received(text: "one")
        pass(4)
        meter.received(bytes: 23)
        meter.received(text: "é")
        pass(400)
        meter.received(text: "three")
        pass(6)
        meter.received(text: "four")
        pass(7)
        var expected = ProviderAttempt.Result()
        expected.httpStatus = 200
        expected.connectMilliseconds = 10
        expected.firstByteMilliseconds = 30
        expected.firstTextMilliseconds = 60
        expected.durationMilliseconds = 477
        expected.maximumGapMilliseconds = 400
        expected.bytesIn = 123
        expected.chunks = 4
        expected.textBytes = 14
        #expect(meter.result() == expected)
        #expect(meter.hasText)
    }

    @Test func `one piece of text leaves no gap`() {
        pass(50)
        meter.received(text: "all")
        pass(50)
        #expect(meter.result().maximumGapMilliseconds == nil)
        meter.received(text: "but")
        #expect(meter.result().maximumGapMilliseconds == 50)
    }

    @Test func `of several requests the first connects and answers first, and the last has the status`() {
        pass(5)
        meter.connected()
        pass(5)
        meter.responded(status: 403)
        meter.received(bytes: 10)
        pass(5)
        meter.connected()
        pass(5)
        meter.responded(status: 200)
        meter.received(bytes: 10)
        let result = meter.result()
        #expect((result.connectMilliseconds, result.firstByteMilliseconds) == (5, 10))
        #expect((result.httpStatus, result.bytesIn) == (200, 20))
    }

    @Test func `it may be told of everything at once`() async {
        let meter = meter
        await withTaskGroup { group in
            for _ in 1...50 {
                group.addTask {
                    meter.received(bytes: 3)
                    meter.received(text: "語")
                }
            }
        }
        let result = meter.result()
        #expect((result.bytesIn, result.chunks, result.textBytes) == (150, 50, 150))
    }
}
