/// A version of the AI Engine plugin, such as "3.6.2".
package struct PluginVersion: Comparable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    private let numbers: [Int]

    package init(stringLiteral text: String) {
        numbers = text.split(separator: ".").map { part in
            guard let number = Int(part) else { preconditionFailure("no version: \(text)") }
            return number
        }
    }

    package var description: String { numbers.map(String.init).joined(separator: ".") }

    package static func < (left: PluginVersion, right: PluginVersion) -> Bool {
        left.numbers.lexicographicallyPrecedes(right.numbers)
    }
}

// MARK: - What changed when

/// As measured on real sites.
extension PluginVersion {
    var needsNonce: Bool { self >= "2.0.0" }
    var hasNonceInPage: Bool { self >= "2.0.1" && self < "2.4.4" }
    var hasStartSession: Bool { self >= "2.4.4" }
    var hasBrokenStartSession: Bool { self >= "2.9.0" && self < "2.9.2" }
    /// `start_session` answers by `/?rest_route=` and `/index.php/wp-json/` too. Measured: not on 2.8.4, on 3.0.4.
    var startsSessionsOnAnyForm: Bool { self >= "3.0.4" }
    var setsCookies: Bool { self >= "2.8.5" }
    var givesNewToken: Bool { self >= "2.8.5" }
    var hasResponseID: Bool { self >= "2.8.4" }
    var hasActions: Bool { self >= "2.4.8" }
    var hasPrice: Bool { self >= "3.0.0" }
    /// A piece that is one line feed is streamed with two spaces before it.
    var padsLineFeeds: Bool { self >= "2.4.9" }
    var refusesUnknownBots: Bool { self < "3.0.3" }
    var hidesSessionInPage: Bool { self >= "3.5.2" }
    var listsChatbots: Bool { self >= "2.8.5" }
    /// A new message that is also the last one of the history reaches the model once.
    var mergesRepeatedMessage: Bool { self < "2.0.0" }
    var keepsFirstMessage: Bool { self >= "2.0.0" }

    /// A message of more bytes is refused whatever the bot allows.
    var byteLimit: Int? { self >= "1.9.1" && self < "2.6.0" ? 65_536 : nil }

    /// How long the plugin takes a message to be; nil where it does not look.
    func length(of message: String) -> Int? {
        if self >= "2.4.9" { return message.unicodeScalars.count }
        return self >= "2.2.0" ? message.utf8.count : nil
    }
}
