import Testing

@testable import Terminal

struct LineHistoryTests {
    @Test func `the line being written is kept and comes back`() {
        var history = LineHistory(["one", "two"])
        #expect(history.previous(leaving: "draft") == "two")
        #expect(history.previous(leaving: "two") == "one")
        #expect(history.previous(leaving: "one") == nil)
        #expect(history.next(leaving: "one") == "two")
        #expect(history.next(leaving: "two") == "draft")
        #expect(history.next(leaving: "draft") == nil)
    }

    @Test func `what was changed on the way is found again, until a line is added`() {
        var history = LineHistory(["one", "two"])
        _ = history.previous(leaving: "")
        #expect(history.previous(leaving: "two, changed") == "one")
        #expect(history.next(leaving: "one") == "two, changed")
        history.add("three")
        #expect(history.lines == ["one", "two", "three"])
        #expect(history.previous(leaving: "") == "three")
        #expect(history.previous(leaving: "three") == "two")
    }

    @Test func `blank lines and the same line twice are not kept`() {
        var history = LineHistory([])
        for line in ["", " \n\t", "a", "a", "b", "a"] { history.add(line) }
        #expect(history.lines == ["a", "b", "a"])
        #expect(LineHistory(["x", "x"]).lines == ["x", "x"])
    }

    @Test func `an empty history has nowhere to go`() {
        var history = LineHistory([])
        #expect(history.previous(leaving: "a") == nil)
        #expect(history.next(leaving: "a") == nil)
    }
}
