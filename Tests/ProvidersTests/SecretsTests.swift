import Testing

@testable import Providers

struct SecretsTests {
    private let secrets = Secrets(["abcdef", "abcdefghij", "x y z", "abc"])

    @Test(arguments: [
        ("the nonce abcdef is bad", "the nonce … is bad"), ("<abcdefghij>", "<…>"), ("abcdefabcdef", "……"),
        ("say x y z", "say …"), ("", ""),
        // Too short to be one.
        ("abc", "abc"),
        // Cut off in the middle.
        ("it was abcdefgh", "it was …gh"), ("it was abcde", "it was …"), ("it was abc", "it was abc"),
    ])
    func `what is known is masked`(text: String, masked: String) {
        #expect(secrets.masked(text) == masked)
    }

    @Test(arguments: [
        ("Incorrect API key provided: sk-abc***xyz.", "Incorrect API key provided: …"),
        ("key sec***1234, sorry", "key …, sorry"), ("sk-proj-0a1b2c3d4e is wrong", "… is wrong"),
        ("(gsk_4567)", "(…)"), ("Authorization: Bearer abcd1234", "Authorization: Bearer …"),
        ("basic dXNlcjpwYXNzd29yZA==", "basic …"), ("Bearer: qwertyuiopasdfgh", "Bearer: …"),
    ])
    func `what looks like a key is masked`(text: String, masked: String) {
        #expect(Secrets([]).masked(text) == masked)
    }

    @Test(arguments: [
        "Basic authentication is wanted", "a bearer token is missing", "the task-force is risk-averse",
        "**bold** words",
        "the disk-full flag, key-value pairs", "Bearer", "sk-", "cURL error 52: Empty reply from server 👍",
    ])
    func `what does not is left as it is`(text: String) {
        #expect(Secrets([]).masked(text) == text)
    }
}
