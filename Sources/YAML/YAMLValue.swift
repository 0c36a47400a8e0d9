/// What a file says or shall say, apart from how it is written.
package enum YAMLValue: Equatable, Sendable {
    case text(String)
    /// Something that readers of YAML take for a number, a date, a truth value or nothing, as it is written: `8000`,
    /// `true`, `null`.
    case word(String)
    case sequence([YAMLValue])
    case mapping([Member])

    /// A key of a mapping, and its value.
    package struct Member: Equatable, Sendable {
        package var key: String
        package var value: YAMLValue

        package init(_ key: String, _ value: YAMLValue) {
            self.key = key
            self.value = value
        }
    }

    package static func integer(_ number: Int) -> YAMLValue { .word(String(number)) }
    package static func boolean(_ value: Bool) -> YAMLValue { .word(value ? "true" : "false") }

    /// What is written there.
    package init(_ node: YAMLNode) {
        self =
            switch node.content {
            case .scalar(let scalar):
                scalar.isPlain && PlainWords.mayBeMoreThanText(scalar.text) ? .word(scalar.text) : .text(scalar.text)
            case .sequence(let elements): .sequence(elements.map(YAMLValue.init))
            case .mapping(let entries): .mapping(entries.map { Member($0.key, YAMLValue($0.value)) })
            }
    }
}

// What an edit means, which is what the edited text has to say.
extension YAMLValue {
    /// Nothing counts as a mapping in which nothing stands yet.
    var members: [Member]? {
        switch self {
        case .mapping(let members): members
        case .word(let word) where YAMLScalar(text: word, style: .plain).isNull: []
        default: nil
        }
    }

    /// This value with another at a path of keys.
    ///
    /// A mapping that takes a mapping's place keeps the order of the keys that stay, and the new ones follow.
    func setting(_ value: YAMLValue, at path: ArraySlice<String>) -> YAMLValue {
        guard let key = path.first else { return merging(value) }
        var members = members ?? []
        if let index = members.firstIndex(where: { $0.key == key }) {
            members[index].value = members[index].value.setting(value, at: path.dropFirst())
        } else {
            members.append(Member(key, YAMLValue.nested(value, under: path.dropFirst())))
        }
        return .mapping(members)
    }

    private func merging(_ value: YAMLValue) -> YAMLValue {
        guard case .mapping(let new) = value, case .mapping(let old) = self else { return value }
        let kept = old.compactMap { member in
            new.first { $0.key == member.key }.map { Member(member.key, member.value.merging($0.value)) }
        }
        return .mapping(kept + new.filter { member in !old.contains { $0.key == member.key } })
    }

    /// This value without the one at a path of keys.
    func removing(at path: ArraySlice<String>) -> YAMLValue {
        guard let key = path.first, case .mapping(var members) = self,
            let index = members.firstIndex(where: { $0.key == key })
        else { return self }
        if path.count == 1 {
            members.remove(at: index)
        } else {
            members[index].value = members[index].value.removing(at: path.dropFirst())
        }
        return .mapping(members)
    }

    static func nested(_ value: YAMLValue, under path: ArraySlice<String>) -> YAMLValue {
        path.reversed().reduce(value) { .mapping([Member($1, $0)]) }
    }
}
