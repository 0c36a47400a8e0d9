import ArgumentParser

/// What is said of a command line that cannot be understood: one line, with where to look further.
enum UsageMessage {
    static func text(for error: any Error, words: [String]) -> String {
        if let unknown = Arguments.unknownCommand(words) {
            let command = (unknown.group.dropFirst() + [unknown.word]).joined(separator: " ")
            return "there is no command '\(command)': see '\(unknown.group.joined(separator: " ")) --help'"
        }
        let names = Arguments.commandNames(words, of: Parley.self)
        if names == ["parley", "providers", "add"], let secret = secretOption(in: words) {
            return "a secret is never given on the command line: name the variable that it is in with \(secret)-env"
        }
        // A choice among many comes as a list, a line each.
        var message = Parley.message(for: error).split(whereSeparator: \.isNewline).joined(separator: " ")
            .replacing(":   - ", with: ": ").replacing("   - ", with: ", ")
        if let option = words.last, words.count == 1, GlobalOptions.namesWithValue.contains(option) {
            message = "\(option) has no value"
        }
        if message.hasSuffix(".") { message.removeLast() }
        if message.hasPrefix("Unknown option"), commandsOfWords.contains(names.last ?? "") {
            message += ", and words that begin with a dash come after --"
        }
        return message + ": see '\(names.joined(separator: " ")) --help'"
    }

    /// Commands of which what a person says or looks for is a part.
    private static let commandsOfWords = ["chat", "resume", "edit-message", "search"]

    /// An option that there is not, with which people hand over a key. What they gave must not be shown again.
    private static func secretOption(in words: [String]) -> String? {
        let words = words.prefix { $0 != "--" }
        return ["--api-key", "--api-token"].first { option in
            words.contains { $0 == option || $0.hasPrefix(option + "=") }
        }
    }
}
