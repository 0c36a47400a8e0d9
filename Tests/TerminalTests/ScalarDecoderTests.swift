import Support
import Testing

@testable import Terminal

struct ScalarDecoderTests {
    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `any bytes decode as the standard library decodes them`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let leads: [UInt8] = [
            0x41, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC1, 0xC2, 0xE0, 0xE2, 0xED, 0xF0, 0xF1, 0xF4, 0xFF,
        ]
        let bytes = (0..<500).map { _ in
            Bool.random(using: &generator)
                ? leads.randomElement(using: &generator) ?? 0 : UInt8.random(in: 0...255, using: &generator)
        }
        #expect(decoded(bytes).utf8.elementsEqual(String(decoding: bytes, as: UTF8.self).utf8))
    }

    private func decoded(_ bytes: [UInt8]) -> String {
        var decoder = ScalarDecoder()
        var text = String.UnicodeScalarView()
        for byte in bytes + [0x0A] {
            var step = decoder.receive(byte)
            if step == .cutShort {
                text.append("\u{FFFD}")
                step = decoder.receive(byte)
            }
            if case .scalar(let scalar) = step { text.append(scalar) }
        }
        return String(text.dropLast())
    }
}
