import Conversations
import Terminal
import Testing

@testable import parley

struct IncidentTableTests {
    private let noon = Timestamp(rawValue: 1_769_860_800_000)

    private func incident(
        _ provider: String?, minutes: Int64?, cause: ProviderAttempt.Outcome, status: Int? = nil
    ) -> ProviderIncident {
        ProviderIncident(
            provider: provider, startedAt: noon, endedAt: minutes.map { noon.advanced(byMilliseconds: $0 * 60_000) },
            cause: cause, httpStatus: status, attempts: 12, chats: 3)
    }

    @Test func `an incident is a line with its cause, and the network and the configuration by their names`() {
        let style = Style(mode: .never, environment: [:], isTerminal: false)
        let incidents = [
            incident("blog", minutes: nil, cause: .http5xx, status: 503),
            incident(nil, minutes: 192, cause: .unreachable), incident("cloud", minutes: 4, cause: .auth, status: 401),
        ]
        let lines = IncidentTable(style: style, width: nil)
            .text(of: incidents, now: noon.advanced(byMilliseconds: 840_000)).split(separator: "\n")
        let words = lines.map { $0.split(separator: /\s{2,}/).dropFirst().map(String.init) }
        #expect(words[0] == ["END", "LASTED", "PROVIDER", "CAUSE", "ATTEMPTS", "CHATS"])
        #expect(words[1] == ["ongoing", "14 min", "blog", "http_5xx 503", "12", "3"])
        #expect(words[2].dropFirst() == ["3 h 12 min", "this machine's network", "unreachable", "12", "3"])
        #expect(words[3].dropFirst() == ["4 min", "cloud", "configuration (auth 401)", "12", "3"])
        for width in [40, 60, 80, 100] {
            let fitted = IncidentTable(style: style, width: width).text(of: incidents, now: noon).split(separator: "\n")
            #expect(fitted.allSatisfy { DisplayWidth.columns(of: String($0)) <= width })
            let text = fitted.joined(separator: "\n")
            for word in ["http_5xx 503", "unreachable", "configuration (auth 401)"] { #expect(text.contains(word)) }
            #expect(text.contains("12 attempts, 3 chats") || text.contains("ATTEMPTS"), "\(width)")
        }
    }
}
