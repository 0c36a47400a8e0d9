/// What the owner of a stand-in site has set.
package struct SiteSettings: Sendable {
    package var version: PluginVersion = "3.6.2"
    /// Where WordPress is on its server: "" or a path such as "/blog".
    package var base = ""
    /// The path of the page with the widget, behind the base.
    package var page = "/chat/"
    package var bots = ["default"]
    /// What the model is told first.
    package var instructions = "Converse as if you were an assistant."
    package var startSentence = "Hi! How can I help you?"
    /// The longest message a bot takes; 0 is any.
    package var textInputMaxLength = 512
    /// How many of the newest messages the model sees, beside the first.
    package var maxMessages = 15
    /// Without them `/wp-json/` is not there, only `/?rest_route=`.
    package var hasPrettyPermalinks = true
    /// Of the public API, which is off without one.
    package var token: String?
    /// What the model replies, piece by piece.
    package var model: @Sendable ([ModelMessage]) -> [String] = { ModelMessage.echo($0) }

    package init() {}

    package init(version: PluginVersion) { self.version = version }
}

/// A message as the model behind a site gets it.
package struct ModelMessage: Sendable, Equatable {
    package var role: String
    package var content: String

    package init(_ role: String, _ content: String) {
        self.role = role
        self.content = content
    }

    /// How the model behind the recordings replied: with what it was sent, and what is hard to carry.
    package static func echo(_ messages: [ModelMessage]) -> [String] {
        let initials = messages.map { String($0.role.prefix(1)) }.joined(separator: ",")
        return [
            "Hello — I got ",
            "\(messages.count) message(s): \(initials).\n",
            "Emoji 😀👨‍💻, ",
            "Кириллица: привет; ",
            "CJK: 你好，世界 / こんにちは.",
            "\n",
            #"Quotes: "double" 'single' \back\slash </script> <b>&amp;</b>"# + "\n\n",
            "```python\n" + #"print("hi\n")"# + "\n```\n",
            "Last user: \(messages.last { $0.role == "user" }?.content ?? "")\n",
            "- END ✓",
        ]
    }
}
