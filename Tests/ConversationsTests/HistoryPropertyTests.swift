import Conversations
import Support
import Testing

/// What must hold of every history, whatever the branch and the limits.
struct HistoryPropertyTests {
    @Test(arguments: 0..<24 as Range<UInt64>)
    func `every history keeps the rules`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for number in 0..<400 {
            let situation = Situation(using: &random)
            let comment: Comment = "seed \(seed), branch \(number)"
            do {
                let history = try situation.build()
                #expect(situation.refusal == nil, comment)
                try expectRules(history, in: situation, comment)
            } catch let error as HistoryError {
                #expect(error == situation.refusal, comment)
            }
        }
    }

    /// Every rule above is tested with what was read within the limits; here it is no other than with everything.
    @Test(arguments: 0..<24 as Range<UInt64>)
    func `texts for which the limits have no room are not read, and are not missed`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var spared = 0
        for number in 0..<400 {
            let situation = Situation(using: &random)
            let comment: Comment = "seed \(seed), branch \(number)"
            var asked: [Int] = []
            let past = situation.builder.reading.past(of: situation.past) { asked.append($0.id.seq) }
            #expect(Set(asked).count == asked.count, comment)
            let whole = PastReading(limits: HistoryLimits()).past(of: situation.past)
            #expect(situation.outcome(from: past) == situation.outcome(from: whole), comment)
            spared += situation.useful.count - asked.count
        }
        #expect(spared > 0)
    }

    @Test func `the generated branches reach every corner`() throws {
        var random = SeededGenerator(seed: 1)
        var seen: Set<String> = []
        for _ in 0..<2_000 {
            let situation = Situation(using: &random)
            guard let history = try? situation.build() else {
                seen.insert("refused")
                continue
            }
            seen.insert("\(situation.capabilities.historyTarget)")
            let past = situation.useful
            let parts = exchanges(of: past)
            if history.sent == 1 && history.leftOutByLimits > 0 { seen.insert("nothing fits") }
            if history.sent == 1 && past.isEmpty { seen.insert("nothing to send") }
            if history.sent > 1 && history.leftOutByLimits > 0 { seen.insert("a part fits") }
            if history.sent > 1 && history.leftOutByLimits == 0 { seen.insert("all fits") }
            if history.leftOut > history.leftOutByLimits { seen.insert("useless messages") }
            if parts.contains(where: { $0.count > 1 && $0[0].role == .user && $0[1].role == .user }) {
                seen.insert("a run")
            }
            if past.first.map({ $0.role != .user }) ?? false { seen.insert("a leading reply") }
            if case .messages(let sent) = history.content, let first = parts.first, parts.count > 2,
                sent.count > first.count + 1, history.leftOutByLimits > 0
            {
                let body = sent.first?.role == .system && situation.hasSystem ? Array(sent.dropFirst()) : sent
                if body.starts(with: first) { seen.insert("a gap") }
            }
        }
        #expect(
            seen == [
                "refused", "messages", "prompt", "server", "nothing fits", "nothing to send", "a part fits", "all fits",
                "useless messages", "a run", "a leading reply", "a gap",
            ])
    }

    private func expectRules(_ history: History, in situation: Situation, _ comment: Comment) throws {
        let newest = HistoryMessage(role: .user, content: situation.newest)
        let system = situation.hasSystem ? [HistoryMessage(role: .system, content: situation.system ?? "")] : []
        switch history.content {
        case .newest(let text):
            #expect(situation.capabilities.historyTarget == .server, comment)
            #expect(text == situation.newest, comment)
            #expect((history.sent, history.leftOut, history.leftOutByLimits) == (1, 0, 0), comment)
        case .messages(let messages):
            #expect(situation.capabilities.historyTarget == .messages, comment)
            #expect(Array(messages.prefix(system.count)) == system, comment)
            #expect(messages.last == newest, comment)
            let past = Array(messages.dropFirst(system.count).dropLast())
            #expect(situation.allows(past), comment)
            try expectCounts(history, past, in: situation, comment)
        case .prompt(let text):
            #expect(situation.capabilities.historyTarget == .prompt, comment)
            let length = text.unicodeScalars.count
            #expect(length <= situation.capabilities.maximumCharacters ?? .max, comment)
            // The rest is a matter of which past was put into the text: one of those that the rules allow.
            let past = try #require(
                situation.allowedPasts.first { rendered(system + $0 + [newest]) == text }, comment)
            try expectCounts(history, past, in: situation, comment)
        }
    }

    /// The past that was sent is one that the rules allow, and is counted right.
    private func expectCounts(
        _ history: History, _ past: [HistoryMessage], in situation: Situation, _ comment: Comment
    ) throws {
        #expect(situation.allowedPasts.contains(past), comment)
        #expect(isSubsequence(past, of: situation.past), comment)
        #expect(history.sent == past.count + 1, comment)
        #expect(history.sent + history.leftOut == situation.past.count + 1, comment)
        #expect(history.leftOutByLimits == situation.useful.count - past.count, comment)
    }

    /// Nothing invented, nothing out of order, and no reply among it that failed or is empty.
    private func isSubsequence(_ sent: [HistoryMessage], of branch: [Message]) -> Bool {
        var rest = sent[...]
        for message in branch {
            guard let next = rest.first else { return true }
            let isNoReply = message.role == .assistant && (message.status == .failed || message.content.isEmpty)
            if !isNoReply && message.role == next.role && message.content == next.content { rest.removeFirst() }
        }
        return rest.isEmpty
    }
}

// MARK: - The rules once more, in other words

/// Exchanges: cut before each user message that follows something else, where a user has spoken before.
private func exchanges(of messages: [HistoryMessage]) -> [[HistoryMessage]] {
    let roles = messages.map(\.role)
    let cuts = roles.indices.filter { index in
        roles[index] == .user && roles[..<index].contains(.user) && roles[index - 1] != .user
    }
    return zip([0] + cuts, cuts + [messages.count]).map { Array(messages[$0..<$1]) }.filter { !$0.isEmpty }
}

/// The prompt as the design has it.
private func rendered(_ messages: [HistoryMessage]) -> String {
    guard messages.count > 1 else { return messages[0].content }
    var text = ""
    for message in messages {
        let name =
            switch message.role {
            case .system: "System"
            case .user: "User"
            case .assistant: "Assistant"
            }
        text += "\(name): \(message.content)\n"
    }
    return text + "Assistant:"
}

/// A branch, what limits it, and what may come of it.
private struct Situation {
    let system: String?
    let past: [Message]
    let newest: String
    let limits: HistoryLimits
    let capabilities: ProviderCapabilities
    let estimate: TokenEstimate

    var builder: HistoryBuilder { HistoryBuilder(limits: limits, estimate: estimate) }

    func build() throws(HistoryError) -> History {
        try build(from: builder.reading.past(of: past))
    }

    func build(from past: Past) throws(HistoryError) -> History {
        try builder.history(system: system, past: past, newest: newest, for: capabilities)
    }

    func outcome(from past: Past) -> Result<History, HistoryError> {
        Result { () throws(HistoryError) in try build(from: past) }
    }

    var hasSystem: Bool { system.map { !$0.isEmpty } ?? false }

    /// The past without replies that say nothing.
    var useful: [HistoryMessage] {
        past.filter { $0.role != .assistant || ($0.status != .failed && $0.content != "") }
            .map { HistoryMessage(role: $0.role, content: $0.content) }
    }

    private func withPast(_ messages: [HistoryMessage]) -> [HistoryMessage] {
        (hasSystem ? [HistoryMessage(role: .system, content: system ?? "")] : []) + messages
            + [HistoryMessage(role: .user, content: newest)]
    }

    /// Why there can be no history at all.
    var refusal: HistoryError? {
        guard let limit = capabilities.maximumCharacters else { return nil }
        let text = capabilities.historyTarget == .prompt ? rendered(withPast([])) : newest
        let characters = text.unicodeScalars.count
        return characters > limit ? .messageTooLong(characters: characters, limit: limit) : nil
    }

    /// Within all limits: ours, and the provider's.
    func allows(_ messages: [HistoryMessage]) -> Bool {
        let characters = messages.map(\.content.unicodeScalars.count).reduce(0, +)
        let tokens = messages.map { estimate.tokens($0.content) }.reduce(0, +)
        if characters > limits.maximumCharacters ?? .max || tokens > limits.maximumTokens ?? .max { return false }
        if messages.count > limits.maximumMessages ?? .max { return false }
        let others = messages.count + (system?.isEmpty == false ? 1 : 0)
        if !messages.isEmpty && others > capabilities.maximumOtherMessages ?? .max { return false }
        guard capabilities.historyTarget == .prompt, let room = capabilities.maximumCharacters else { return true }
        return rendered(withPast(messages)).unicodeScalars.count <= room
    }

    /// The choices that keep the rules. There is one, unless empty messages make two look alike.
    var allowedPasts: [[HistoryMessage]] {
        let parts = exchanges(of: useful)
        let keepsFirst = limits.keepFirst && parts.first.map { allows($0) } ?? false
        let first = keepsFirst ? parts[0] : []
        let others = keepsFirst ? Array(parts.dropFirst()) : parts
        return (0...others.count).compactMap { count in
            let chosen = first + others.suffix(count).flatMap(\.self)
            guard count == 0 || allows(chosen) else { return nil }
            let isMaximal = count == others.count || !allows(first + others.suffix(count + 1).flatMap(\.self))
            return isMaximal ? chosen : nil
        }
    }
}

// MARK: - Situations by chance

extension Situation {
    init(using random: inout SeededGenerator) {
        var past: [Message] = []
        let chat = ChatID(rawValue: "branch")
        for _ in 0..<Int.random(in: 0...24, using: &random) {
            past.append(
                Message(
                    id: MessageID(chat: chat, seq: past.count + 1), role: Self.role(after: past.last, using: &random),
                    content: Self.content(past.count + 1, using: &random), status: Self.status(using: &random),
                    createdAt: Timestamp(rawValue: 0)))
        }
        self.past = past
        system = [nil, nil, "", "Be brief.", "Sei kürzer 🙂"].randomElement(using: &random) ?? nil
        newest = ["", "and now?", "そして今は", "👩‍👩‍👧‍👦", "User: no\nAssistant: yes"].randomElement(using: &random) ?? ""
        limits = HistoryLimits(
            maximumTokens: Self.limit(upTo: 250, using: &random),
            maximumCharacters: Self.limit(upTo: 600, using: &random),
            maximumMessages: Self.limit(upTo: 20, using: &random), keepFirst: .random(using: &random))
        var capabilities = ProviderCapabilities(
            historyTarget: [.messages, .messages, .messages, .prompt, .prompt, .server].randomElement(using: &random)
                ?? .messages)
        capabilities.maximumCharacters = Self.limit(upTo: 700, using: &random)
        capabilities.maximumOtherMessages = Self.limit(upTo: 30, using: &random)
        self.capabilities = capabilities
        estimate =
            [.standard, TokenEstimate { $0.utf8.count }, TokenEstimate { _ in 7 }, TokenEstimate { _ in 0 }]
            .randomElement(using: &random) ?? .standard
    }

    /// Mostly in turn, as people talk; else anything.
    private static func role(after last: Message?, using random: inout SeededGenerator) -> Role {
        if Int.random(in: 0..<3, using: &random) > 0 { return last?.role == .user ? .assistant : .user }
        return Role.allCases.randomElement(using: &random) ?? .user
    }

    private static func status(using random: inout SeededGenerator) -> MessageStatus {
        if Bool.random(using: &random) { return .complete }
        return MessageStatus.allCases.randomElement(using: &random) ?? .complete
    }

    private static func content(_ number: Int, using random: inout SeededGenerator) -> String {
        if Int.random(in: 0..<6, using: &random) == 0 { return "" }
        let word = ["word ", "é\u{301}", "语", "🇩🇪", "a\r\n", "Assistant: "].randomElement(using: &random) ?? ""
        return "\(number) " + String(repeating: word, count: Int.random(in: 0...12, using: &random))
    }

    private static func limit(upTo most: Int, using random: inout SeededGenerator) -> Int? {
        switch Int.random(in: 0..<10, using: &random) {
        case 0: 0
        case 1...4: Int.random(in: 1...most, using: &random)
        default: nil
        }
    }
}
