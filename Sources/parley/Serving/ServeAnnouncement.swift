import Logging
import Service

/// What is told when the service listens.
struct ServeAnnouncement: Sendable {
    let settings: ServeSettings
    let access: ServeAccess.Opened
    let notices: Notices
    let logger: Logger

    func tell(port: Int) {
        let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        say("listening on http://\(host):\(port)/v1")
        say("the key: \(access.place)")
        guard !settings.isLocal else { return }
        say(
            "whoever can reach \(host):\(port) may ask, and with a key read and change its conversations; nothing is"
                + " encrypted: put a proxy with TLS before it")
    }

    /// A log for programs has nothing else between its lines.
    private func say(_ text: String) {
        switch settings.logFormat {
        case .text: notices.notice(text)
        case .json: logger.notice("\(text)")
        }
    }
}
