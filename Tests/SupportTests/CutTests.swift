import Support
import Testing

struct CutTests {
    private let response = Array("HTTP/1.1 200 OK\r\nA: b\r\n\r\n5\r\nab\r\nc\r\n2\r\n\n\n\r\n0\r\n\r\n".utf8)

    @Test func `a response is cut behind its head and behind each chunk`() {
        #expect(
            texts(.chunks) == ["HTTP/1.1 200 OK\r\nA: b\r\n\r\n", "5\r\nab\r\nc\r\n", "2\r\n\n\n\r\n", "0\r\n\r\n"])
    }

    @Test func `sizes that do not fit are cut where they end`() {
        #expect(texts(.sizes([4, 0, 1, 1000])).map(\.count).prefix(2) == [4, 1])
        #expect(Cut.every(7).pieces(of: []).map(\.count) == [0])
    }

    @Test(arguments: [Cut.nowhere, .every(1), .every(7), .every(1000), .sizes([]), .sizes([1, 2, 3]), .chunks])
    func `no byte is lost`(cut: Cut) {
        for count in 0...response.count {
            let start = Array(response.prefix(count))
            #expect(Array(cut.pieces(of: start).joined()) == start)
        }
    }

    private func texts(_ cut: Cut) -> [String] {
        cut.pieces(of: response).map { String(decoding: $0, as: UTF8.self) }
    }
}
