/// One client of a proxy, on its thread.
struct ProxySession {
    let client: Socket
    let names: Set<String>
    let credentials: LoopbackProxy.Credentials?
    let stopping: Gate
    let asked: Recorded<LoopbackProxy.Asked>

    struct Misunderstanding: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    func note(
        _ way: LoopbackProxy.Asked.Way, _ host: String, _ port: UInt16, _ given: LoopbackProxy.Credentials?,
        granted: Bool
    ) {
        asked.append(
            LoopbackProxy.Asked(way: way, host: host, port: port, credentials: given, wasGranted: granted))
    }

    /// A connection to where a client wants to go; nil where the proxy does not know the name, or nobody listens.
    func connection(to host: String, _ port: UInt16) -> Socket? {
        switch host {
        case "[::1]": try? Socket(connectingTo: port, on: .version6)
        case "127.0.0.1", "localhost": try? Socket(connectingTo: port)
        default: names.contains(host) ? try? Socket(connectingTo: port) : nil
        }
    }

    /// Carries bytes both ways until both sides have finished, or one has gone, or the proxy stops.
    func tunnel(to origin: Socket) throws(SystemFailure) {
        var isOpen = (fromClient: true, fromOrigin: true)
        while isOpen.fromClient || isOpen.fromOrigin {
            let states = Poll.wait(for: [
                (stopping.descriptor, Poll.readable), (isOpen.fromClient ? client.descriptor : -1, Poll.readable),
                (isOpen.fromOrigin ? origin.descriptor : -1, Poll.readable),
            ])
            if states[0] != 0 { return }
            if states[1] != 0 { isOpen.fromClient = try carry(from: client, to: origin) }
            if states[2] != 0 { isOpen.fromOrigin = try carry(from: origin, to: client) }
        }
    }

    /// False at the end, which is passed on.
    private func carry(from source: Socket, to sink: Socket) throws(SystemFailure) -> Bool {
        let bytes = try source.receive()
        if bytes.isEmpty {
            sink.finishSending()
        } else {
            try sink.send(bytes)
        }
        return !bytes.isEmpty
    }
}
