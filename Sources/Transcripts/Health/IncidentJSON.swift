package import Conversations
package import JSON

extension JSONWriter {
    /// - Parameter hasMore: There are more than were asked for.
    package mutating func incidents(_ incidents: [ProviderIncident], since: Timestamp, hasMore: Bool) {
        member("since", since)
        array("incidents") { json in
            for incident in incidents { json.incident(incident) }
        }
        if hasMore { member("more", true) }
    }

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
