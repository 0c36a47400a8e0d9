import Conversations
import JSON
import Providers

extension JSONWriter {
    /// What came of looking at a provider: `provider`, `url`, `ok`, `duration_ms`, `"kept":false` where it is not in the
    /// health history, then each finding under its name, or the error.
    mutating func probe(_ report: ProbeReport, of configuration: ProviderConfiguration) {
        member("provider", configuration.name)
        member("url", configuration.address?.description)
        member("ok", report.error == nil)
        member("duration_ms", report.attempt.result.durationMilliseconds.map { Int($0) })
        if !report.isKept { member("kept", false) }
        for finding in report.findings { member(named: finding.name, finding.value) }
        if let error = report.error?.messageError { probeError(code: error.code, message: error.message) }
    }

    /// One that could not even be looked at.
    mutating func unprobed(_ configuration: ProviderConfiguration, code: String, message: String) {
        member("provider", configuration.name)
        member("url", configuration.address?.description)
        member("ok", false)
        probeError(code: code, message: message)
    }

    private mutating func probeError(code: String, message: String) {
        object("error") { json in
            json.member("code", code)
            json.member("message", message)
        }
    }
}
