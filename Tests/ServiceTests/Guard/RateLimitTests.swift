import Conversations
import Support
import Testing

@testable import Service

@Suite struct RateLimitTests {
    @Test func `an owner may ask so often a minute, and another is another`() {
        let world = ScriptedWorld()
        let rate = RateLimit(perMinute: 60, uptime: world.surroundings().uptime)
        for _ in 0..<60 { #expect(rate.take(.local) == nil) }
        #expect(rate.take(.local) == 1)
        #expect(rate.take(Owner(rawValue: "bot")) == nil)
        world.advance(by: .seconds(2))
        #expect(rate.take(.local) == nil)
        #expect(rate.take(.local) == nil)
        #expect(rate.take(.local) == 1)
    }

    @Test func `who may ask once in a while is told when`() {
        let world = ScriptedWorld()
        let rate = RateLimit(perMinute: 1, uptime: world.surroundings().uptime)
        #expect(rate.take(.local) == nil)
        world.advance(by: .milliseconds(15_500))
        #expect(rate.take(.local) == 45)
        world.advance(by: .seconds(45))
        #expect(rate.take(.local) == nil)
    }

    @Test func `saved up is no more than a minute's`() {
        let world = ScriptedWorld()
        let rate = RateLimit(perMinute: 2, uptime: world.surroundings().uptime)
        world.advance(by: .seconds(3600))
        #expect(rate.take(.local) == nil)
        #expect(rate.take(.local) == nil)
        #expect(rate.take(.local) == 30)
    }
}
