/// The REST nonce that all guests of a site share: valid in the half day it was issued and the next one.
struct SiteNonces: Sendable {
    private var issued = 0
    private(set) var current = ""
    private var former: String?

    init() { renew() }

    func isValid(_ nonce: String) -> Bool { nonce == current || isAged(nonce) }

    /// Still valid, and to be replaced.
    func isAged(_ nonce: String) -> Bool { nonce == former }

    /// The next half day begins.
    mutating func age() {
        former = current
        renew()
    }

    /// A day has passed.
    mutating func expire() {
        former = nil
        renew()
    }

    private mutating func renew() {
        issued += 1
        var generator = SeededGenerator(seed: UInt64(issued))
        current = SiteNonces.hexadecimal(generator.next(), digits: 10)
    }

    static func hexadecimal(_ number: UInt64, digits: Int) -> String {
        let text = String(number, radix: 16)
        return String((String(repeating: "0", count: digits) + text).suffix(digits))
    }
}
