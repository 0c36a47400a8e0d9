import ArgumentParser

/// The command line's words, as they have to be before they are parsed.
enum Arguments {
    /// The words after the program's name.
    ///
    /// - Throws: where one of them is not UTF-8: a path or a text that was changed on the way in would be another.
    static func words(_ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, count: Int) throws -> [String] {
        try (1..<max(count, 1)).map { index in
            guard let argument = unsafe arguments[index], let word = unsafe String(validatingCString: argument) else {
                throw Failure(
                    ExitStatus.usage, "not_utf8", "argument \(index) is not UTF-8: write it in that encoding")
            }
            return word
        }
    }

    /// Global options may stand before the command, and between it and its subcommand; the parser wants them behind.
    static func withGlobalOptionsLast(_ words: [String]) -> [String] {
        var command: any ParsableCommand.Type = Parley.self
        var names: [String] = []
        var options: [String] = []
        var rest = words[...]
        while let word = rest.first {
            if GlobalOptions.namesWithValue.contains(word), rest.count > 1 {
                options += rest.prefix(2)
                rest = rest.dropFirst(2)
            } else if GlobalOptions.flagNames.contains(word)
                || GlobalOptions.namesWithValue.contains(where: { word.hasPrefix($0 + "=") })
            {
                options.append(word)
                rest = rest.dropFirst()
            } else if let subcommand = subcommand(word, of: command) {
                names.append(word)
                command = subcommand
                rest = rest.dropFirst()
                if subcommand.configuration.subcommands.isEmpty { break }
            } else {
                break
            }
        }
        // Without a command there is nothing to stand behind.
        guard !names.isEmpty else { return words }
        let end = rest.firstIndex(of: "--") ?? rest.endIndex
        return names + Array(rest[..<end]) + options + Array(rest[end...])
    }

    /// The command that these words are.
    ///
    /// It is parsed on its own, which takes half the time: from the program down, the parser goes through the options of
    /// every command on the way, several times. What is wrong with the words is told by the program, who knows how a command
    /// is called.
    static func command(of words: [String]) throws -> any ParsableCommand {
        let words = withGlobalOptionsLast(words)
        var command: any ParsableCommand.Type = Parley.self
        var rest = words[...]
        while let word = rest.first, let subcommand = subcommand(word, of: command) {
            command = subcommand
            rest = rest.dropFirst()
        }
        command = command.configuration.defaultSubcommand ?? command
        if command.configuration.subcommands.isEmpty, let parsed = try? command.parse(Array(rest)) { return parsed }
        return try Parley.parseAsRoot(words)
    }

    private static func subcommand(
        _ name: String, of command: any ParsableCommand.Type
    ) -> (any ParsableCommand.Type)? {
        command.configuration.subcommands.first { $0.configuration.commandName == name }
    }

    /// The command that the words name, from the program's name down, as far as they name one.
    static func commandNames(_ words: [String], of command: any ParsableCommand.Type) -> [String] {
        let name = command.configuration.commandName ?? ""
        for (index, word) in words.enumerated() where !word.hasPrefix("-") {
            guard let subcommand = subcommand(word, of: command) else { continue }
            return [name] + commandNames(Array(words[(index + 1)...]), of: subcommand)
        }
        return [name]
    }

    /// The first word that stands where a command has to and is none, with the names of those above it, from the
    /// program's down; nil where every command is known, or none is named.
    static func unknownCommand(_ words: [String]) -> (group: [String], word: String)? {
        var command: any ParsableCommand.Type = Parley.self
        var group = [command.configuration.commandName ?? ""]
        for word in withGlobalOptionsLast(words) {
            guard !command.configuration.subcommands.isEmpty, !word.hasPrefix("-") else { return nil }
            guard let subcommand = subcommand(word, of: command) else {
                // It may be a word of the subcommand that goes without saying.
                return command.configuration.defaultSubcommand == nil ? (group, word) : nil
            }
            group.append(word)
            command = subcommand
        }
        return nil
    }

    /// The user wants errors as JSON, as far as can be told from words that may not parse.
    static func wantJSON(_ words: [String]) -> Bool {
        words.prefix { $0 != "--" }.contains("--json")
    }
}
