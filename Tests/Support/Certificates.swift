/// The files of `Tests/Certificates`: a server's certificate for this machine, and the authority that has signed it.
package enum Certificates {
    private static let folder =
        "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/") + "/Certificates"

    /// What a client is to trust.
    package static let authority = folder + "/authority.pem"
    /// For `localhost`, `127.0.0.1` and `::1`.
    package static let server = folder + "/server.pem"
    package static let serverKey = folder + "/server.key.pem"
}
