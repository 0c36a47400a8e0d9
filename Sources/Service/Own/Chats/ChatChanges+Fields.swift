internal import Conversations
internal import JSON

extension ChatChanges {
    /// What the body of a request wants to be different: a field that is not there stays as it is.
    ///
    /// - Throws: ``ServiceError``; also where nothing is to be different.
    init(body: JSONValue) throws {
        self.init()
        let fields = try OwnFields(
            body, "title", "add_tags", "remove_tags", "pinned", "archived", "provider", "model", "system", "metadata")
        if let text = try fields.string("title") {
            title = try fields.label("title") { try ChatTitle.given(text) }
            guard title != nil else { throw ServiceError.wrongValue(of: "title", wanted: "a text that is not empty") }
        }
        addedTags = try fields.label("add_tags") { try (fields.strings("add_tags") ?? []).map(ChatTag.given) }
        // As they are: what came from elsewhere keeps no rules, and has to go as well.
        removedTags = try fields.strings("remove_tags") ?? []
        if addedTags.contains(where: removedTags.contains) {
            throw ServiceError.wrongValue(of: "remove_tags", wanted: "other tags than those of add_tags")
        }
        pinned = try fields.boolean("pinned")
        archived = try fields.boolean("archived")
        provider = try fields.textOrNone("provider")
        model = try fields.textOrNone("model")
        system = try fields.textOrNone("system")
        metadata = try fields.notes("metadata")
        guard !isEmpty else {
            throw ServiceError.invalid(
                "missing_required_parameter", "Nothing is to be changed: say what, in a field of its own.")
        }
    }
}
