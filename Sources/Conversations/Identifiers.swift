/// Names a chat: a ULID of 26 lowercase characters when made here, or 1 to 64 URL-safe characters when it came from
/// elsewhere.
package struct ChatID: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    package var description: String { rawValue }

    /// The last 8 characters, which are random, while neighbours in time share their first: what a list shows and a
    /// person types. The whole id where it is shorter.
    package var short: String { String(rawValue.suffix(Self.shortLength)) }

    package static let shortLength = 8

    /// An id from elsewhere that can be kept: 1 to 64 of the characters that need no care in a URL (RFC 3986, 2.3).
    package var isURLSafe: Bool {
        (1...64).contains(rawValue.utf8.count)
            && rawValue.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: "~"):
                    true
                default: false
                }
            }
    }
}

/// Names a message: its chat, and its sequence number there. Written `<chat id>-<number>`.
package struct MessageID: Hashable, Sendable, CustomStringConvertible {
    package var chat: ChatID
    /// 1, 2, 3 … in the order of saying, all branches of the chat together; never used twice, gaps are allowed.
    package var seq: Int

    package init(chat: ChatID, seq: Int) {
        self.chat = chat
        self.seq = seq
    }

    package var description: String { "\(chat.rawValue)-\(seq)" }
}

/// Names one attempt with a provider. In order of time.
package struct AttemptID: Hashable, Sendable, RawRepresentable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }
}

/// Whose chats they are. Whoever asks for a chat asks as an owner and never sees another's.
package struct Owner: Hashable, Sendable, RawRepresentable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The one user of the terminal.
    package static let local = Owner(rawValue: "local")
}
