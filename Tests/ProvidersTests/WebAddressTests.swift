import Testing

@testable import Providers

struct WebAddressTests {
    @Test(arguments: [
        ("https://Blog.Example", "https://blog.example", "https://blog.example"),
        ("HTTP://a.b:80/", "http://a.b", "http://a.b"), ("https://a.b:443/x//", "https://a.b/x", "https://a.b"),
        ("https://a.b:8443/wp/site", "https://a.b:8443/wp/site", "https://a.b:8443"),
        ("http://[::1]:80/v1", "http://[::1]/v1", "http://[::1]"),
        ("http://[FE80::1]:81", "http://[fe80::1]:81", "http://[fe80::1]:81"),
        ("http://127.0.0.1:11434/v1", "http://127.0.0.1:11434/v1", "http://127.0.0.1:11434"),
        (
            "https://xn--bcher-kva.example/%C3%BC", "https://xn--bcher-kva.example/%C3%BC",
            "https://xn--bcher-kva.example"
        ),
    ])
    func `an address is read into one form`(text: String, address: String, origin: String) throws {
        let read = try WebAddress(base: text)
        #expect(read.description == address)
        #expect(read.origin == origin)
        #expect(try WebAddress(base: read.description) == read)
    }

    @Test func `paths are appended, with their query`() throws {
        let base = try WebAddress(base: "https://a.b/wp/")
        #expect(base.appending("/wp-json/x").description == "https://a.b/wp/wp-json/x")
        #expect(base.appending("/?rest_route=/x?y").pathAndQuery == "/wp/?rest_route=/x?y")
    }

    @Test(arguments: [
        ("blog.example", "https://"), ("ftp://a.b", "https://"), ("https://", "host"), ("https:///x", "host"),
        ("https://hunter2:hunter2@a.b", "password"), ("https://a.b/?q=1", "question mark"), ("https://a.b/#x", "#"),
        ("https://bücher.example", "punycode"), ("https://a.b:0", "port"), ("https://a.b:65536", "port"),
        ("https://a.b:x", "port"), ("https://a b", "host"), ("https://a.b/x y", "percent"), ("https://[::1", "]"),
        ("https://[x]", "IPv6"), ("https://a..b", "host"), ("https://a.b\\@c.d", "backslash"),
        ("hunter2@a.b", "https://"),
        ("https://a.b:", "port"), ("https://a.b\n", "host"), ("https://a%2eb", "host"), ("", "https://"),
        ("https://u:hunter2@a.b:x", "port"),
    ])
    func `what is no address is told in words, and no password repeated`(text: String, words: String) {
        #expect {
            try WebAddress(base: text)
        } throws: { error in
            guard let problem = (error as? AddressError)?.problem else { return false }
            return problem.contains(words) && problem.contains(": ") && !problem.contains("hunter2")
        }
    }
}

struct ProxyAddressTests {
    @Test func `user and password are decoded, and the password never shown`() throws {
        let proxy = try ProxyAddress("socks5://an%40na:p%3A%25w@Proxy.Example:1080/")
        #expect(proxy.kind == .socks5)
        #expect(proxy.user == "an@na")
        #expect(proxy.password == "p:%w")
        #expect(proxy.authority == "proxy.example:1080")
        #expect(proxy.description == "socks5://an@na@proxy.example:1080")
        let open = try ProxyAddress("http://[::1]:3128")
        #expect(open.kind == .http && open.user == nil && open.password == nil && open.authority == "[::1]:3128")
        #expect(try ProxyAddress("http://u@h:1").password == nil)
    }

    @Test(arguments: [
        ("http://h", "port"), ("https://h:1", "socks5://"), ("h:1", "http://"), ("http://h:1/x", "behind the port"),
        ("http://u:hunter2%@h:1", "%25"), ("http://u:hunter2%FF@h:1", "UTF-8"), ("http://:hunter2@h:1", "user"),
        ("http://u:hunter2%00@h:1", "UTF-8"),
    ])
    func `what is no proxy is told in words, and no password repeated`(text: String, words: String) {
        #expect {
            try ProxyAddress(text)
        } throws: { error in
            guard let problem = (error as? AddressError)?.problem else { return false }
            return problem.contains(words) && !problem.contains("hunter2")
        }
    }
}
