internal import Conversations
internal import HTTPTypes

/// `/api/chats/{chat}/events`: a reply as it is written, for others than the client that has asked for it, and for one that comes
/// back.
struct FollowRoutes {
    let parts: ServiceParts

    var routes: [Route] {
        [Route(.get, "/api/chats/{chat}/events") { try await self.follow($0) }]
    }

    private func follow(_ request: ServiceRequest) async throws -> ServiceAnswer {
        let query = try parts.query(request, "after", "reply")
        let after = try query.integer("after", in: 0...Int.max) ?? 0
        let chat = try await parts.namedChat(of: request)
        guard let seq = try query.integer("reply", in: 1...Int.max) ?? chat.head,
            let reply = try await parts.store.message(MessageID(chat: chat.id, seq: seq), of: request.owner),
            reply.role == .assistant
        else { throw ServiceError.notFound("reply_not_found", "There is no such reply in this chat.") }
        let (parts, owner, channel) = (parts, request.owner, request.channel)
        return .events { stream in
            var following = ReplyFollowing(reply, of: owner, after: after, parts: parts)
            while let events = try await following.next() {
                try await stream.write(events, within: parts.limits.stallLimit, on: channel)
            }
        }
    }
}
