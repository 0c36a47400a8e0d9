/// A mapping of settings, read key by key. Keys that it does not know are refused, so that no slip of the pen goes
/// unnoticed; a key that says nothing counts as absent.
package struct ConfigurationSection {
    /// The keys that lead here.
    package let path: [String]
    private let members: [ConfigurationValue.Member]

    /// - Parameters:
    ///   - keys: All that may stand in it.
    ///   - advice: What to say of a key that others might expect here; nil for the usual words.
    package init(
        _ value: ConfigurationValue, path: [String], keys: [String], advice: (String) -> String? = { _ in nil }
    ) throws(ConfigurationError) {
        self.path = path
        switch value {
        case .mapping(let members): self.members = members
        case .nothing: members = []
        case .text, .word, .list:
            throw ConfigurationError(path: path, problem: "has to be a mapping: write its keys below it, indented")
        }
        for member in members where !keys.contains(member.key) {
            let help = advice(member.key) ?? Spelling.advice(for: member.key, among: keys)
            throw ConfigurationError(path: path + [member.key], problem: "is no key that Parley knows: \(help)")
        }
    }

    /// What is set, as it was written; nil where it is absent, but ``ConfigurationValue/nothing`` where it says
    /// nothing.
    package func value(_ key: String) -> ConfigurationValue? {
        members.first { $0.key == key }?.value
    }

    package func has(_ key: String) -> Bool { present(key) != nil }

    package func error(_ key: String, _ problem: String) -> ConfigurationError {
        ConfigurationError(path: path + [key], problem: problem)
    }

    private func present(_ key: String) -> ConfigurationValue? {
        value(key).flatMap { $0 == .nothing ? nil : $0 }
    }

    // MARK: - Values

    /// One word or text, quoted or not.
    package func text(_ key: String) throws(ConfigurationError) -> String? {
        guard let value = present(key) else { return nil }
        guard let text = value.scalar, !text.isEmpty else {
            throw error(key, "has to be a text: write it behind the colon")
        }
        guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            throw error(key, "has a control character in it: remove it")
        }
        return text
    }

    /// Some texts: a list, or a single one.
    package func texts(_ key: String) throws(ConfigurationError) -> [String]? {
        guard let value = present(key) else { return nil }
        guard case .list(let elements) = value else { return [try text(key)].compactMap(\.self) }
        var texts: [String] = []
        for element in elements {
            guard let text = element.scalar, !text.isEmpty else {
                throw error(key, "has to be a list of names: write [one, another]")
            }
            texts.append(text)
        }
        return texts
    }

    package func boolean(_ key: String) throws(ConfigurationError) -> Bool? {
        switch present(key) {
        case nil: return nil
        case .word("true"): return true
        case .word("false"): return false
        case .some: throw error(key, "has to be true or false, without quotes")
        }
    }

    package func integer(_ key: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
        guard let value = present(key) else { return nil }
        guard case .word(let word) = value, let number = Int(word), range.contains(number) else {
            let end = range.upperBound == .max ? " or more" : " to \(range.upperBound)"
            throw error(key, "has to be a whole number, \(range.lowerBound)\(end)")
        }
        return number
    }

    /// One of a few words.
    package func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String, of type: Choice.Type
    ) throws(ConfigurationError) -> Choice? {
        guard let text = try text(key) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            throw error(key, "is '\(text)': it has to be \(Spelling.list(Choice.allCases.map(\.rawValue)))")
        }
        return choice
    }

    /// A time such as `10s`, `500ms`, `5m`, `1h`, or a number of seconds.
    package func duration(_ key: String, in range: ClosedRange<Duration>) throws(ConfigurationError) -> Duration? {
        guard let value = present(key) else { return nil }
        guard let duration = value.scalar.flatMap(Quantity.duration), range.contains(duration) else {
            throw error(key, "has to be a time, such as 10s, 500ms or 5m, a day at the most")
        }
        return duration
    }

    /// A number of bytes such as `16MiB`, `1MB`, or plain.
    package func bytes(_ key: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
        guard let value = present(key) else { return nil }
        guard let bytes = value.scalar.flatMap(Quantity.bytes), range.contains(bytes) else {
            throw error(
                key,
                "has to be a number of bytes from \(range.lowerBound) to \(range.upperBound), such as 16MiB or 1MB")
        }
        return bytes
    }

    /// A mapping in this one; an empty one where it is absent.
    package func section(_ key: String, keys: [String]) throws(ConfigurationError) -> ConfigurationSection {
        try ConfigurationSection(value(key) ?? .nothing, path: path + [key], keys: keys)
    }

    /// The members of a mapping whose keys are anybody's; none where it is absent.
    package func members(_ key: String) throws(ConfigurationError) -> [ConfigurationValue.Member] {
        switch value(key) {
        case nil, .nothing: return []
        case .mapping(let members): return members
        case .some: throw error(key, "has to be a mapping: write its keys below it, indented")
        }
    }
}

extension ConfigurationValue {
    fileprivate var scalar: String? {
        switch self {
        case .text(let text), .word(let text): text
        case .nothing, .list, .mapping: nil
        }
    }
}
