import Testing

@testable import Providers

struct SessionCookiesTests {
    @Test(
        arguments: [
            ([], ""), (["mwai_session_id=6b00f3cb129eb; path=/; HttpOnly"], "mwai_session_id=6b00f3cb129eb"),
            (["PHPSESSID=abc; path=/", "a=1", "b=2; Secure"], "a=1; b=2"), (["a=1", "a=2"], "a=2"),
            (["wordpress_logged_in_0123=admin", "a="], "a="), (["a=b=c; path=/"], "a=b=c"),
            (["novalue; path=/", "=x"], ""),
        ] as [([String], String)])
    func `what goes back of a session`(lines: [String], header: String) {
        #expect(SessionCookies(lines).header == header)
    }

    @Test func `the values of a header`() {
        #expect(SessionCookies.values(in: "a=1; b=x=y") == ["1", "x=y"])
        #expect(SessionCookies.values(in: "") == [])
    }
}
