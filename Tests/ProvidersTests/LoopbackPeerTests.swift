import Glibc
import Testing

@testable import Providers

struct LoopbackPeerTests {
    private static let table = """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 100 1 0 100 0 0 10 0
           1: 0200007F:D431 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  2000        0 101 1 0 20 4 30 10 -1
           2: 0100007F:1F90 0100007F:D431 01 00000000:00000000 00:00000000 00000000  3000        0 102 1 0 20 4 30 10 -1
           3: 0100007F:D431 0100007F:1F90 01 00000000:00000000 02:000004B4 00000000  1000        0 103 2 0 20 4 30 10 -1
           4: 0100007F:D432 0100007F:1F90 06 00000000:00000000 03:00000B40 00000000     0        0 0 3 0
           5: 0100007F:00
        """

    @Test(arguments: [
        (1, 0xD431, uid_t?.some(1000)),  // as is the other end's and that of another address
        (2, 0xD431, 2000),
        (1, 0xD432, nil),  // held by nobody any more, and so not by root
        (1, 0xD433, nil),
        (3, 0xD431, nil),
    ])
    func `a connection belongs to who holds its other end`(host: UInt32, port: UInt16, owner: uid_t?) {
        let found = LoopbackPeer.owner(
            ofConnectionFrom: end(host, port), to: end(1, 0x1F90), in: Array(Self.table.utf8))
        #expect(found == owner)
    }

    @Test func `an unknown connection is not ours`() {
        #expect(!LoopbackPeer.isOurs(end(1, 1), connectedTo: end(1, 2)))
    }

    @Test func `an empty table has no owner`() {
        #expect(LoopbackPeer.owner(ofConnectionFrom: end(1, 1), to: end(1, 2), in: [UInt8]()) == nil)
    }

    private func end(_ host: UInt32, _ port: UInt16) -> LoopbackPeer.End {
        LoopbackPeer.End(address: (0x7F00_0000 | host).bigEndian, port: port)
    }
}
