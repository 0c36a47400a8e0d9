import Testing

@testable import Support

struct Base64Tests {
    /// RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"), ("Zm9vYmE=", "fooba"),
        ("Zm9vYmFy", "foobar"),
    ])
    func `the examples of the standard are read`(text: String, plain: String) {
        #expect(Base64.decoded(text) == Array(plain.utf8))
    }

    @Test(arguments: ["Zg", "Z===", "Zm9v!A==", "Zg=a"])
    func `what is none is nothing`(text: String) {
        #expect(Base64.decoded(text) == nil)
    }
}
