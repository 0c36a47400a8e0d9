/// Metrics as monitoring systems read them, in either of two forms.
struct MetricsText {
    enum Form: Sendable {
        /// https://prometheus.io/docs/instrumenting/exposition_formats/
        case prometheus
        /// https://prometheus.io/docs/specs/om/open_metrics_spec/
        case openMetrics

        var contentType: String {
            switch self {
            case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
            case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
            }
        }
    }

    enum Kind: String {
        case counter, gauge, histogram
        /// A fact, whose value is 1.
        case info
    }

    typealias Label = (name: StaticString, value: String)

    private let form: Form
    private var text = ""

    init(_ form: Form) {
        self.form = form
    }

    /// Begins a family, whose samples follow.
    ///
    /// - Parameter name: Without what samples of this kind end in.
    mutating func family(_ name: StaticString, _ kind: Kind, _ help: StaticString) {
        let (shownName, shownKind) =
            switch (form, kind) {
            case (.openMetrics, _), (_, .gauge), (_, .histogram): ("\(name)", kind.rawValue)
            case (.prometheus, .counter): ("\(name)_total", kind.rawValue)
            // The older form knows no facts.
            case (.prometheus, .info): ("\(name)_info", Kind.gauge.rawValue)
            }
        text += "# HELP \(shownName) \(help)\n# TYPE \(shownName) \(shownKind)\n"
    }

    mutating func sample(_ name: StaticString, _ labels: Label..., value: Int) {
        line("\(name)", labels, "\(value)")
    }

    mutating func sample(_ name: StaticString, _ labels: Label..., value: Double) {
        line("\(name)", labels, Self.number(value))
    }

    /// - Parameters:
    ///   - counts: How many lay at or below each bound, and in the last place how many there are at all.
    ///   - sum: Of all, in seconds.
    mutating func histogram(_ name: StaticString, _ labels: Label..., counts: [Int], sum: Double) {
        for (place, count) in counts.enumerated() {
            let bound = place < LatencyBounds.seconds.count ? Self.number(LatencyBounds.seconds[place]) : "+Inf"
            line("\(name)_bucket", labels + [("le", bound)], "\(count)")
        }
        line("\(name)_sum", labels, Self.number(sum))
        line("\(name)_count", labels, "\(counts.last ?? 0)")
    }

    mutating func take() -> [UInt8] {
        if form == .openMetrics { text += "# EOF\n" }
        defer { text = "" }
        return Array(text.utf8)
    }

    private mutating func line(_ name: String, _ labels: [Label], _ value: String) {
        text += name
        if !labels.isEmpty {
            text += "{" + labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",") + "}"
        }
        text += " \(value)\n"
    }

    private static func number(_ value: Double) -> String { "\(value)" }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

extension MetricsText.Form {
    /// The one that a request asks for: the newer one only by its name.
    ///
    /// - Parameter accepted: The request's `Accept`; nil where it has none.
    init(accepted: String?) {
        let asksForNew = (accepted ?? "").split(separator: ",").contains { range in
            let parts = range.split(separator: ";").map { part in
                String(part.filter { !$0.isWhitespace }).lowercased()
            }
            let weight = parts.first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) }
            return parts.first == "application/openmetrics-text" && weight ?? 1 > 0
        }
        self = asksForNew ? .openMetrics : .prometheus
    }
}
