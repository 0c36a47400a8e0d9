import Support
import Testing

struct TalkingTests {
    let parley: ParleyProgram

    init() throws {
        parley = try ParleyProgram()
    }

    @Test func `a message on the command line gets a reply on the output`() throws {
        let outcome = try parley.run("chat", "Hello there")
        #expect(outcome.status == 0)
        #expect(!outcome.output.isEmpty)
        #expect(outcome.output.hasSuffix("\n"))
    }
}
