/// Ids for chats that come without one: always the same for the same chat, so that bringing it in twice adds nothing.
///
/// An id has the shape of the others: 48 bits of the chat's time, then 80 bits of a hash of what does not change as a chat
/// grows, and, as the last ingredient, how many of the same came before it in the same input.
package struct DerivedChatIDs: Sendable {
    /// The kind of file, such as `chatgpt`.
    private let source: String
    private var counts: [UInt128: Int] = [:]

    package init(source: String) {
        self.source = source
    }

    /// The id of the input's next chat.
    ///
    /// - Parameters:
    ///   - createdAt: When the chat was begun, where its source says so.
    ///   - first: Its first message's role and text.
    package mutating func next(createdAt: Timestamp?, first: (role: Role, content: String)?) -> ChatID {
        var hash = Hash128()
        hash.add(source)
        hash.add(createdAt.map { String($0.rawValue) } ?? "")
        hash.add(first?.role.rawValue ?? "")
        hash.add(first?.content ?? "")
        let count = counts[hash.value, default: 0]
        counts[hash.value] = count + 1
        if count > 0 { hash.add(String(count)) }
        return ChatID(rawValue: ULIDGenerator.text(time: createdAt ?? Timestamp(rawValue: 0), random: hash.value))
    }

    /// The id of the input's next chat: its own where that can be one here.
    ///
    /// - Parameter own: What its source calls it; nil or empty where that says nothing.
    package mutating func id(keeping own: String?, createdAt: Timestamp?, first: (role: Role, content: String))
        -> ChatID
    {
        guard let own, !own.isEmpty else { return next(createdAt: createdAt, first: first) }
        let id = ChatID(rawValue: own)
        return id.isURLSafe ? id : self.id(for: own, createdAt: createdAt)
    }

    /// The id for a chat whose own one cannot be an id here.
    package func id(for foreign: String, createdAt: Timestamp?) -> ChatID {
        var hash = Hash128()
        hash.add(source)
        hash.add(foreign)
        return ChatID(rawValue: ULIDGenerator.text(time: createdAt ?? Timestamp(rawValue: 0), random: hash.value))
    }
}

/// FNV-1a of 128 bits (<http://www.isthe.com/chongo/tech/comp/fnv/>). It holds off no adversary, and need not: whoever
/// writes the input can name any id outright.
private struct Hash128 {
    private(set) var value: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d

    private static let prime: UInt128 = 0x0000_0000_0100_0000_0000_0000_0000_013b

    /// Adds a text and its end, so that two texts are not the same as one.
    mutating func add(_ text: String) {
        for byte in text.utf8 { add(byte) }
        add(0xFF)  // no byte of UTF-8
    }

    private mutating func add(_ byte: UInt8) {
        value ^= UInt128(byte)
        value = value &* Self.prime
    }
}
