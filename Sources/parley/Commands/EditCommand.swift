import ArgumentParser
import Conversations

struct EditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Change a chat's title, tags, provider and notes.",
        discussion: """
            Nothing that was said changes, nor the chat's place in lists. A chat that gets another provider loses \
            its model unless one is named. To say something else in the place of a message there is edit-message.

            EXAMPLES:
              parley edit last --title "Trip to Rome"
              parley edit k3m9x2ab --tag travel --tag family --untag someday --pin
              parley edit "trip to rome" --provider local --model llama3.2
              parley edit last --metadata ticket=AB-12 --metadata draft=
              parley edit last --archive
            """
    )

    @Argument(help: "The chat: 'last', an id or its beginning or last 8 characters, or a title.")
    var chat: String

    @Option(help: ArgumentHelp("What it is called: at most 200 characters.", valueName: "text"))
    var title: String?

    @Option(name: .customLong("tag"), help: ArgumentHelp("A tag to add; may be repeated.", valueName: "tag"))
    var tags: [String] = []

    @Option(name: .customLong("untag"), help: ArgumentHelp("A tag to take away; may be repeated.", valueName: "tag"))
    var removedTags: [String] = []

    @Flag(help: "Mark it in lists.")
    var pin = false

    @Flag(help: "Take the mark away.")
    var unpin = false

    @Flag(help: "Put it away: lists leave it out, and 'last' is another.")
    var archive = false

    @Flag(help: "Take it out again.")
    var unarchive = false

    @Option(help: ArgumentHelp("Who answers from now on; '' for the usual one.", valueName: "name"))
    var provider: String?

    @Option(help: ArgumentHelp("The model to ask for; '' for the provider's own choice.", valueName: "name"))
    var model: String?

    @Option(help: ArgumentHelp("What the model is told before everything else; '' for nothing.", valueName: "text"))
    var system: String?

    @Option(
        help: ArgumentHelp("A note; name= takes it away; may be repeated.", valueName: "name=value"))
    var metadata: [String] = []

    @OptionGroup var format: JSONOption
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard !(pin && unpin) else { throw ValidationError("--pin and --unpin contradict each other.") }
        guard !(archive && unarchive) else { throw ValidationError("--archive and --unarchive contradict each other.") }
    }

    func run() async throws {
        let changes = try changes()
        if case .some(.some(let name)) = changes.provider {
            _ = try global.configuration().existingProvider(named: name)
        }
        let library = try Library(global)
        let (before, edited) = try await library.withExistingStore { store in
            let before = try await library.chat(chat, in: store)
            guard let store else { throw StoreError.noSuchChat(before.id) }
            return (before, try await store.edit(before.id, of: library.owner, changes))
        }
        if format.json { return try StandardOutput.write(edited.json) }
        for tag in changes.removedTags where !before.tags.contains(tag) {
            global.notices.notice("\(edited.id.short) has no tag '\(tag)'")
        }
        for (name, value) in changes.metadata.sorted(by: { $0.key < $1.key })
        where value == nil && before.metadata[name] == nil {
            global.notices.notice("\(edited.id.short) has no note '\(name)'")
        }
        let name = "\(edited.id.short) \"\(edited.title)\""
        global.notices.notice(edited == before ? "\(name) is so already" : "changed \(name)")
    }

    private func changes() throws -> ChatChanges {
        var changes = ChatChanges()
        if let title {
            changes.title = try ChatTitle.given(title)
            guard changes.title != nil else { throw Self.usage("--title is empty: a chat needs a title") }
        }
        changes.addedTags = try tags.map(ChatTag.given)
        // As they are: what came from elsewhere keeps no rules, and has to go as well.
        changes.removedTags = removedTags
        if let tag = changes.addedTags.first(where: changes.removedTags.contains) {
            throw Self.usage("'\(tag)' is to be added and taken away: leave out --tag or --untag")
        }
        if pin || unpin { changes.pinned = pin }
        if archive || unarchive { changes.archived = archive }
        changes.provider = provider.map(Self.textOrNothing)
        changes.model = model.map(Self.textOrNothing)
        changes.system = system.map(Self.textOrNothing)
        changes.metadata = try notes()
        guard !changes.isEmpty else {
            throw Self.usage("nothing is to be changed: say what, see 'parley edit --help'")
        }
        return changes
    }

    private func notes() throws -> [String: String?] {
        var notes: [String: String?] = [:]
        for note in metadata {
            guard let equals = note.firstIndex(of: "="), equals != note.startIndex else {
                throw Self.usage("--metadata is '\(note)': it takes name=value, or name= to take the note away")
            }
            let name = String(note[..<equals])
            guard notes[name] == nil else { throw Self.usage("--metadata names '\(name)' twice: once is enough") }
            notes.updateValue(Self.textOrNothing(String(note[note.index(after: equals)...])), forKey: name)
        }
        return notes
    }

    private static func textOrNothing(_ text: String) -> String? { text.isEmpty ? nil : text }

    private static func usage(_ message: String) -> Failure { Failure(ExitStatus.usage, "usage", message) }
}
