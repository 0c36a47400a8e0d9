import JSON

/// What a page with AI Engine's chat widget tells of the chatbot on it.
///
/// The widget is an element of class `mwai-chatbot-container` with two attributes of JSON, `data-params` and
/// `data-system`. Versions 2.0.1 to 2.4.3 have the nonce there, and nowhere else.
package struct WidgetPage: Equatable, Sendable {
    /// The nonce for guests, which may be stale if the page came from a cache.
    package var restNonce: String?
    package var botId: String?
    package var customId: String?
    /// The page's number.
    package var contextId: String?
    /// Where the site's routes begin, up to and including `/wp-json`.
    package var restUrl: String?
    /// The site prefers streams.
    package var stream: Bool?
    /// The most characters of a message; nil where there is no limit, or none is told.
    package var textInputMaxLength: Int?
    /// Often `N/A`.
    package var sessionId: String?

    /// Reads the first widget whose system attribute can be read; nil where the page has none.
    package init?(_ page: [UInt8]) {
        var tokens = HTMLTokenizer(page[...])
        while let token = tokens.next() {
            guard case .tag(let attributes) = token, let widget = Self.widget(attributes) else { continue }
            self.init(system: widget.system, parameters: widget.parameters)
            return
        }
        return nil
    }

    private init(system: JSONValue, parameters: JSONValue?) {
        restNonce = system["restNonce"]?.string
        botId = system["botId"]?.string
        customId = system["customId"]?.string
        contextId = system["contextId"]?.string ?? system["contextId"]?.integer.map(String.init)
        restUrl = system["restUrl"]?.string
        stream = system["stream"]?.boolean
        sessionId = system["sessionId"]?.string
        let length = parameters?["textInputMaxLength"]
        textInputMaxLength = (length?.integer ?? length?.string.flatMap { Int($0) }).flatMap { $0 > 0 ? $0 : nil }
    }

    private static func widget(_ attributes: ArraySlice<UInt8>) -> (system: JSONValue, parameters: JSONValue?)? {
        var isWidget = false
        var system: JSONValue?
        var parameters: JSONValue?
        for (name, value) in HTMLAttributes(attributes) {
            switch name {
            case "class":
                isWidget = value.split(whereSeparator: HTMLAttributes.isSpace)
                    .contains { $0.elementsEqual("mwai-chatbot-container".utf8) }
            case "data-system": system = try? JSONValue(HTMLEntities.decoded(value))
            case "data-params": parameters = try? JSONValue(HTMLEntities.decoded(value))
            default: break
            }
        }
        guard isWidget, let system, case .object = system else { return nil }
        return (system, parameters)
    }
}
