import Conversations
import Terminal

/// What bars are drawn with: blocks, or letters for screens that may not have those.
enum HealthSigns {
    case blocks
    case letters

    /// - Parameters:
    ///   - isForced: The user wants letters.
    ///   - environment: Of which `NO_COLOR` and the locale are read.
    init(isForced: Bool, environment: [String: String]) {
        let wantsPlain = isForced || !environment["NO_COLOR", default: ""].isEmpty
        self = wantsPlain || !Self.showsUTF8(environment) ? .letters : .blocks
    }

    /// Whether the locale says so: the first that is set decides, and where none is it is that of C.
    /// <https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html>
    private static func showsUTF8(_ environment: [String: String]) -> Bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? "C"
        let codeset = locale.drop { $0 != "." }.dropFirst().prefix { $0 != "@" }
        return ["utf-8", "utf8"].contains(codeset.lowercased())
    }

    /// The sign of a slot, and its colour beside its shape. Without an attempt that tells anything of the provider there is
    /// no data, whatever else was tried.
    func sign(of counts: AttemptCounts) -> (text: String, colour: Style.Colour?) {
        switch (counts.ok, counts.faults) {
        case (0, 0): (self == .blocks ? "·" : ".", nil)
        case (_, 0): (self == .blocks ? "█" : "#", .green)
        case (0, _): (self == .blocks ? "✕" : "x", .red)
        default: (self == .blocks ? "▄" : "+", .yellow)
        }
    }

    /// A bar of so many of all, as long as `columns` where it is the most; what is more than nothing is seen.
    func bar(_ count: Int, of most: Int, columns: Int) -> String {
        guard count > 0, most > 0 else { return "" }
        let length = max(1, Int((Double(count) / Double(most) * Double(columns)).rounded()))
        return String(repeating: self == .blocks ? "█" : "#", count: length)
    }
}
