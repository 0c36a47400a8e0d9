package import Conversations
package import JSON

extension JSONWriter {
    /// A time in which a provider did not work: the shape of Docs/CommandLine.md, for every command and route that
    /// writes one.
    package mutating func incident(_ incident: ProviderIncident) {
        object { json in
            json.member("provider", incident.provider)
            if incident.provider == nil { json.member("network", true) }
            json.member("started_at", incident.startedAt)
            json.member("ended_at", incident.endedAt)
            json.member("cause", incident.cause.rawValue)
            json.member("http_status", incident.httpStatus)
            json.member("attempts", incident.attempts)
            json.member("chats", incident.chats)
        }
    }
}
