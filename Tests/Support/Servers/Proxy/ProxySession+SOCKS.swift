extension ProxySession {
    /// RFC 1928, with the password of RFC 1929 where one is needed.
    func serveSOCKS() throws {
        guard try octets(1) == [5] else { throw Misunderstanding("a version that is not 5") }
        let methods = try octets(Int(octets(1)[0]))
        let wanted: UInt8 = credentials == nil ? 0 : 2
        guard methods.contains(wanted) else { return try refuseMethods() }
        try client.send([5, wanted])
        let given = wanted == 2 ? try password() : nil
        guard given == credentials else {
            // What it wanted is not known: it has to hang up now.
            note(.socks5, "", 0, given, granted: false)
            return try client.send([1, 1])
        }
        if wanted == 2 { try client.send([1, 0]) }
        try connect(given)
    }

    private func refuseMethods() throws {
        note(.socks5, "", 0, nil, granted: false)
        try client.send([5, 0xFF])
    }

    private func connect(_ given: LoopbackProxy.Credentials?) throws {
        let request = try octets(3)
        guard request == [5, 1, 0] else { throw Misunderstanding("a request that is not CONNECT: \(request)") }
        let host = try host()
        let port = try octets(2)
        let number = UInt16(port[0]) << 8 | UInt16(port[1])
        let origin = connection(to: host, number)
        note(.socks5, host, number, given, granted: origin != nil)
        // The reply names the address of the proxy's end, which clients do not use: zeros. 4 is "host unreachable".
        try client.send([5, origin == nil ? 4 : 0, 0, 1, 0, 0, 0, 0, 0, 0])
        if let origin { try tunnel(to: origin) }
    }

    private func password() throws -> LoopbackProxy.Credentials {
        guard try octets(1) == [1] else { throw Misunderstanding("a password's version that is not 1") }
        let user = try octets(Int(octets(1)[0]))
        let password = try octets(Int(octets(1)[0]))
        return LoopbackProxy.Credentials(
            user: String(decoding: user, as: UTF8.self), password: String(decoding: password, as: UTF8.self))
    }

    private func host() throws -> String {
        switch try octets(1)[0] {
        case 1: return try octets(4).map(String.init).joined(separator: ".")
        case 3: return String(decoding: try octets(Int(octets(1)[0])), as: UTF8.self)
        case 4: return "[" + version6(try octets(16)) + "]"
        case let type: throw Misunderstanding("an address of type \(type)")
        }
    }

    private func version6(_ octets: [UInt8]) -> String {
        if octets == Array(repeating: 0, count: 15) + [1] { return "::1" }
        return stride(from: 0, to: 16, by: 2).map { index in
            String(UInt16(octets[index]) << 8 | UInt16(octets[index + 1]), radix: 16)
        }.joined(separator: ":")
    }

    /// Exactly so many of the next bytes: what follows is not for us.
    private func octets(_ count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let more = try client.receive(atMost: count - bytes.count)
            if more.isEmpty { throw Misunderstanding("the client hung up while it greeted") }
            bytes += more
        }
        return bytes
    }
}
