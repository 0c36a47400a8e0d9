package import Conversations
package import JSON

extension JSONWriter {
    /// What came of looking at a provider: the members of the shape of Docs/CommandLine.md, for every command and route that
    /// writes one. Each finding is under its own name; `"kept":false` where it is not in the health history.
    package mutating func probe(_ check: ProbeSummary) {
        member("provider", check.provider)
        member("url", check.address)
        member("ok", check.error == nil)
        member("duration_ms", check.milliseconds.map { Int($0) })
        if !check.isKept { member("kept", false) }
        for finding in check.findings { member(named: finding.name, finding.value) }
        if let error = check.error {
            object("error") { json in
                json.member("code", error.code)
                json.member("message", error.message)
            }
        }
        member("state", check.state?.rawValue)
    }
}
