import Support
import Testing

struct CertificatesTests {
    @Test(arguments: [
        (Certificates.authority, "CERTIFICATE"), (Certificates.server, "CERTIFICATE"),
        (Certificates.serverKey, "PRIVATE KEY"),
    ])
    func `each file holds what it is named for, and nothing else`(path: String, kind: String) throws {
        let lines = try Files.text(path).split(separator: "\n")
        #expect(lines.first == "-----BEGIN \(kind)-----")
        #expect(lines.last == "-----END \(kind)-----")
        #expect(lines.count { $0.hasPrefix("-----") } == 2)
    }
}
