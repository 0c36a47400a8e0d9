/// Sizes of files as a person reads them: `812 bytes`, `8.1 MB`, in powers of 1000.
enum FileSize {
    static func text(_ bytes: Int) -> String {
        let units = ["kB", "MB", "GB"]
        guard bytes >= 1000 else { return "\(bytes) byte\(bytes == 1 ? "" : "s")" }
        var size = 1000
        var unit = 0
        // 999,950 and more would be shown as 1000.0 of the smaller unit.
        while unit + 1 < units.count, bytes + size / 20 >= size * 1000 {
            size *= 1000
            unit += 1
        }
        let tenths = (bytes + size / 20) * 10 / size
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}
