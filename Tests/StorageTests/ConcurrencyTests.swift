import Conversations
import Dispatch
import SQLite
import Support
import Synchronization
import Testing

@testable import Storage

/// Several stores on one file, as several programs would have.
struct ConcurrencyTests {
    let one: ScratchStore
    let other: ScratchStore

    init() async throws {
        one = try await ScratchStore(process: "one")
        other = try await ScratchStore(process: "two", besides: one)
    }

    @Test func `many exchanges in many chats at once are all kept, and readers see whole ones`() async throws {
        let (tasks, exchanges) = (8, 50)
        let done = Flag()
        try await withThrowingTaskGroup { group in
            for scratch in [one, other] {
                group.addTask {
                    try await withThrowingTaskGroup { writers in
                        for task in 0..<tasks {
                            writers.addTask {
                                var target = NewExchange.Target.new(scratch.newChat("\(scratch.process) \(task)"))
                                for number in 1...exchanges {
                                    let open = try await scratch.begin(target, "message \(number)")
                                    if number % 10 == 0 {
                                        try await scratch.store.keep("part", number: 1, of: scratch.right(to: open))
                                    }
                                    target = .existing(
                                        try await scratch.store.finish(
                                            scratch.right(to: open), with: scratch.ending(open, "reply \(number)")))
                                }
                            }
                        }
                        try await writers.waitForAll()
                    }
                }
            }
            for scratch in [one, other] {
                group.addTask {
                    while !done.isRaised && !Task.isCancelled {
                        for (chat, messages) in try await scratch.transcripts(.everything) {
                            #expect(messages.count == chat.messageCount && messages.count % 2 == 0)
                            #expect(messages.map(\.id.seq) == Array(1..<messages.count + 1))
                            #expect(messages.last?.id.seq == chat.head)
                            for (index, message) in messages.enumerated() {
                                #expect(message.role == (index % 2 == 0 ? .user : .assistant))
                                #expect(message.status == .complete || index == messages.count - 1)
                            }
                        }
                        _ = try await scratch.store.latestChat(of: .local)
                    }
                }
            }
            // The two that write end first; then the two that read are told.
            try await group.next()
            try await group.next()
            done.raise()
            try await group.waitForAll()
        }
        let chats = try await one.transcripts(.everything)
        #expect(chats.count == 2 * tasks)
        for (chat, messages) in chats {
            #expect(chat.version == 2 * exchanges)
            #expect(messages.map(\.content) == (1...exchanges).flatMap { ["message \($0)", "reply \($0)"] })
            #expect(messages.allSatisfy { $0.status == .complete })
        }
        #expect(
            try one.number("SELECT count(*) FROM provider_attempts WHERE outcome = 'ok'")
                == Int64(2 * tasks * exchanges))
        #expect(try await other.store.check() == [])
    }

    @Test func `of many who begin in one chat at once, one does`() async throws {
        let chat = try await one.talk(.new(one.newChat()))
        let begun = await withTaskGroup(of: Bool.self) { group in
            for scratch in [one, other] {
                for _ in 0..<8 {
                    group.addTask {
                        do {
                            _ = try await scratch.begin(.existing(chat))
                            return true
                        } catch {
                            #expect(error as? StoreError == .chatBusy(chat.id))
                            return false
                        }
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(begun == 1)
        #expect(try one.number("SELECT count(*) FROM messages") == 4)
    }

    @Test func `whoever finds the file locked waits until it is free`() async throws {
        let chat = one.newChat()
        let path = one.path
        let holder = DatabaseWorker(label: "holder") { try Connection(path: path, access: .readWrite) }
        try await holder.run { try $0.execute("BEGIN IMMEDIATE; UPDATE chats SET title = ''") }
        let ended = Flag()
        async let begun: OpenExchange = {
            defer { ended.raise() }
            return try await one.begin(.new(chat))
        }()
        // Meanwhile readers go on.
        for _ in 0..<50 { #expect(try await other.store.latestChat(of: .local) == nil) }
        #expect(!ended.isRaised)
        try await holder.run { try $0.execute("COMMIT") }
        #expect(try await begun.chat.id == chat.id)
        #expect(try await other.store.chat(chat.id, of: .local)?.messageCount == 2)
    }

    @Test func `a reading that takes long holds up neither writers nor other readings`() async throws {
        for _ in 0..<3 { try await one.talk(.new(one.newChat())) }
        let (began, mayEnd) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let (store, begun) = (one.store, Flag())
        async let slow: Void = store.read(.everything, of: .local) { event in
            if case .chat = event, !begun.isRaised {
                begun.raise()
                began.signal()
                mayEnd.wait()
            }
        }
        try await DatabaseWorker(label: "waiting") { try Connection(path: ":memory:") }.run { _ in began.wait() }
        let chat = try await one.talk(.new(one.newChat()))
        #expect(try await one.store.latestChat(of: .local)?.id == chat.id)
        #expect(try await one.store.chats(matching: ChatQuery(), of: .local).chats.count == 4)
        try await one.store.delete([chat.id], of: .local)
        mayEnd.signal()
        try await slow
        #expect(try await one.store.chats(matching: ChatQuery(), of: .local).chats.count == 3)
    }
}

/// Raised once, seen by all.
private final class Flag: Sendable {
    private let state = Atomic(false)

    var isRaised: Bool { state.load(ordering: .acquiring) }
    func raise() { state.store(true, ordering: .releasing) }
}
