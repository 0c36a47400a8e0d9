/// What a question of which nothing is kept is asked with.
struct UnkeptBeginning {
    /// The one whose past is told; nil where none is.
    let chat: Chat?
    private let builder: HistoryBuilder
    /// What is told first, in any case.
    private let start: [HistoryMessage]
    private let past: Past
    private let newest: [HistoryMessage]

    /// - Throws: ``HistoryError`` as ``HistoryBuilder/history(system:past:newest:for:)`` does.
    func history(for capabilities: ProviderCapabilities) throws(HistoryError) -> History {
        // The other side knows no discussion by the name that this goes under.
        try builder.history(start: start, past: past, newest: newest, isKnown: false, for: capabilities)
    }

    /// Reads the past that is told before the question, where one is.
    ///
    /// - Throws: ``StoreError/noSuchChat(_:)``, ``StoreError/noSuchMessage(_:)``, or ``StoreError/chatBusy(_:)`` where that past
    ///   ends in a reply that is still being written.
    static func read(
        for request: UnkeptRequest, from store: any ConversationStore, builder: HistoryBuilder
    ) async throws(StoreError) -> UnkeptBeginning {
        guard let wanted = request.past else { return UnkeptBeginning(request, estimate: builder.estimate) }
        guard
            let (chat, end) = try await store.branch(of: wanted.chat, of: request.owner, endingAt: wanted.tip, last: 1)
        else { throw .noSuchChat(wanted.chat) }
        guard end.last?.status != .streaming else { throw .chatBusy(wanted.chat) }
        var past = Past()
        if let tip = end.last?.id.seq {
            past = try await store.past(of: chat.id, of: chat.owner, endingAt: tip, builder.reading)?.1 ?? Past()
        }
        let system = chat.system(with: request.instructions).map { HistoryMessage(role: .system, content: $0) }
        return UnkeptBeginning(
            chat: chat, builder: builder, start: system.map { [$0] } ?? [], past: past, newest: request.messages)
    }

    private init(
        chat: Chat?, builder: HistoryBuilder, start: [HistoryMessage], past: Past, newest: [HistoryMessage]
    ) {
        self.chat = chat
        self.builder = builder
        self.start = start
        self.past = past
        self.newest = newest
    }

    /// One that is asked with its own messages alone: they are what the asker wants told, so only a provider's own limits
    /// shorten them.
    private init(_ request: UnkeptRequest, estimate: TokenEstimate) {
        let builder = HistoryBuilder(limits: HistoryLimits(), estimate: estimate)
        let instructions = [request.instructions].compactMap(\.self).filter { !$0.isEmpty }
        let opening = request.messages.prefix { $0.role == .system }
        let rest = Array(request.messages.dropFirst(opening.count))
        let isAsked = rest.last?.role == .user
        self.init(
            chat: nil, builder: builder,
            start: instructions.map { HistoryMessage(role: .system, content: $0) } + opening,
            past: isAsked ? builder.past(of: rest.dropLast()) : Past(),
            newest: isAsked ? Array(rest.suffix(1)) : rest)
    }
}

extension HistoryBuilder {
    /// A past that is not a store's: its messages are numbered from 1 on.
    fileprivate func past(of messages: ArraySlice<HistoryMessage>) -> Past {
        let messages = Array(messages)
        var reading = reading
        for (index, message) in messages.enumerated().reversed() {
            reading.receive(index + 1, message.role, .complete, isEmpty: message.content.isEmpty) { message.content }
        }
        return reading.past { messages[$0 - 1] }
    }
}
