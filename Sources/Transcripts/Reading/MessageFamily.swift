internal import Conversations

/// A message as it was read, before it is known how it hangs together with the others.
struct MessageJSON {
    var id: String?
    var parent: String?
    var seq: Int?
    var entry = TranscriptDraft.Entry(seq: 0, parent: nil, role: .user, content: "")

    /// The number in an id of ours, `<chat id>-<number>`; nil where it is none.
    static func number(in id: String, ofChat chat: String) -> Int? {
        let (id, chat) = (id.utf8, chat.utf8)
        guard id.count > chat.count + 1, id.count <= chat.count + 8, id.starts(with: chat) else { return nil }
        let digits = id.dropFirst(chat.count)
        guard digits.first == UInt8(ascii: "-") else { return nil }
        var number = 0
        for digit in digits.dropFirst() {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            number = number * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return number > 0 ? number : nil
    }
}

/// Messages with their numbers and parents: as they say, by their ids, or, where they say nothing, in a row.
struct MessageFamily {
    private(set) var entries: [TranscriptDraft.Entry] = []
    /// Of messages whose ids are not ours.
    private var seqs: [String: Int] = [:]
    private var numbers: Set<Int> = []
    private let chat: String

    /// - Parameter chat: The chat's id as it was read; empty where it has none.
    init(_ messages: [MessageJSON], ofChat chat: String) throws(ChatFault) {
        self.chat = chat
        // Of those that name no parent anywhere, each goes on from the one before; unless their ids are ours: then those
        // without a parent begin a branch.
        let isRow = messages.allSatisfy { message in
            message.parent == nil && message.id.flatMap { MessageJSON.number(in: $0, ofChat: chat) } == nil
        }
        entries.reserveCapacity(messages.count)
        var last = 0
        for (index, message) in messages.enumerated() {
            do throws(ChatFault) {
                var entry = message.entry
                entry.seq = try Self.seq(of: message, after: last, ofChat: chat)
                if isRow {
                    entry.parent = last == 0 ? nil : last
                } else if let parent = message.parent {
                    guard let seq = seq(of: parent) else {
                        throw ChatFault(reason: "its \"parent\" is none of the messages before it")
                    }
                    entry.parent = seq
                }
                if let id = message.id, MessageJSON.number(in: id, ofChat: chat) == nil {
                    guard seqs.updateValue(entry.seq, forKey: id) == nil else {
                        throw ChatFault(reason: "another message before it has the same \"id\"")
                    }
                }
                numbers.insert(entry.seq)
                last = entry.seq
                entries.append(entry)
            } catch {
                throw ChatFault(message: index + 1, reason: error.reason)
            }
        }
    }

    /// The number of the message that has this id; nil where there is none.
    func seq(of id: String) -> Int? {
        if let own = MessageJSON.number(in: id, ofChat: chat) { return numbers.contains(own) ? own : nil }
        return seqs[id]
    }

    private static func seq(of message: MessageJSON, after last: Int, ofChat chat: String) throws(ChatFault) -> Int {
        let own = message.id.flatMap { MessageJSON.number(in: $0, ofChat: chat) }
        if let own, let seq = message.seq, own != seq {
            throw ChatFault(reason: "its \"id\" says another number than its \"seq\"")
        }
        let seq = message.seq ?? own ?? last + 1
        guard (1...maximumSeq).contains(seq) else {
            throw ChatFault(reason: "its number has to be from 1 to \(maximumSeq)")
        }
        guard seq != last else { throw ChatFault(reason: "another message before it has the number \(seq)") }
        guard seq > last else { throw ChatFault(reason: "its number is \(seq), and \(last) came before it") }
        return seq
    }

    /// The highest number that a message can have.
    static let maximumSeq = (1 << 20) - 1
}
