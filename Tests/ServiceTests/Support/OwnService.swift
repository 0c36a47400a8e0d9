import Conversations
import HTTPTypes
import JSON
import Storage
import Support

@testable import Service

extension RunningService {
    /// With a clock that stands still.
    convenience init(saying provider: any ChatProvider, world: ScriptedWorld = ScriptedWorld()) async throws {
        try await self.init([provider], surroundings: world.surroundings(), admission: NamedOwners())
    }

    /// A chat in which this was said, by the user and by somebody who answers in turn.
    @discardableResult
    func chat(
        _ id: String, saying texts: String..., of owner: Owner = .local, at time: Int64 = 1_769_860_800_000
    ) async throws -> Chat {
        let chat = Chat(
            id: ChatID(rawValue: id), owner: owner, title: "Title of \(id)", createdAt: Timestamp(rawValue: time))
        let messages = texts.enumerated().map { place, text in
            NewMessage(role: place % 2 == 0 ? .user : .assistant, content: text)
        }
        return try await store.create(chat, saying: messages).0
    }
}

/// Lets everybody in as whom they say they are, and otherwise as the terminal's user.
struct NamedOwners: Admission {
    func preflight(_ head: HTTPRequest) throws -> ServiceAnswer? { nil }

    func admit(_ head: HTTPRequest, access: Route.Access) async throws -> Owner {
        head.headerFields[HTTPField.Name("x-owner")!].map { Owner(rawValue: $0) } ?? .local
    }

    func addHeaders(to answer: inout ServiceAnswer, for head: HTTPRequest) {}
}

extension RunningService.Answer {
    /// The words of a refusal.
    func error(_ member: String) throws -> String? { try json()["error"]?[member]?.string }
}

extension Latch {
    /// Holds a reply back until a test lets it go on.
    var step: ScriptedProvider.Step { .action { await self.wait() } }
}
