/// Numbers with a unit, as people write them: `10s`, `16MiB`.
package enum Quantity {
    /// Nil where it is no time. Without a unit the number counts seconds.
    package static func duration(_ text: String) -> Duration? {
        parse(text, units: ["": 1000, "ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000]).map { .milliseconds($0) }
    }

    /// Nil where it is no number of bytes. `kB` is 1000 and `KiB` 1024; case does not matter.
    static func bytes(_ text: String) -> Int? {
        parse(
            text,
            units: [
                "": 1, "b": 1, "kb": 1000, "mb": 1_000_000, "gb": 1_000_000_000, "kib": 1 << 10, "mib": 1 << 20,
                "gib": 1 << 30,
            ])
    }

    private static func parse(_ text: String, units: [String: Int]) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text[digits.endIndex...].drop { $0 == " " }.lowercased()
        guard let number = Int(digits), let factor = units[unit] else { return nil }
        let (product, isTooLarge) = number.multipliedReportingOverflow(by: factor)
        return isTooLarge ? nil : product
    }
}
