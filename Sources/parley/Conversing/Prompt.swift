import Conversations
import Dispatch
import Glibc
import Terminal

/// A conversation at the terminal: a line from the user, a reply, and so on until they leave.
struct Prompt {
    let conversation: Conversation
    let library: Library
    let style: Style
    /// Of the first new chat; nil to make one from the first words.
    let title: String?
    /// Of every new chat.
    let system: String?
    let options: TalkOptions

    /// Where the next words go.
    private struct Place {
        /// nil for a new chat.
        var chat: Chat?
        /// The message that the branch ends in; nil for the branch in view.
        var tip: Int?
        /// What a new chat is called; nil to make it from the first words.
        var title: String?
    }

    /// Runs until the user leaves.
    ///
    /// - Parameters:
    ///   - chat: The chat to go on with; nil for a new one.
    ///   - tip: The message that the branch to go on with ends in; nil for the branch in view.
    /// - Returns: the status to exit with.
    func run(in chat: Chat?, endingAt tip: Int?) async throws -> Int32 {
        var place = Place(chat: chat, tip: tip, title: title)
        let reader = LineReader(history: try await userTexts(in: place))
        conversation.signals.setTidyUp { [notices = conversation.notices] in
            reader.restoreTerminal()
            notices.screen("\n")
        }
        reader.silence()
        defer {
            conversation.signals.setTidyUp(nil)
            reader.restoreTerminal()
        }
        let name = conversation.providers[0].name
        if !conversation.notices.isQuiet {
            say(style.dim("Parley \(Version.current), with \(name). /help tells more; Ctrl-D leaves.\n"))
        }
        try await showEnd(of: place)

        while true {
            switch await reader.readLine(prompt: style.bold("you") + " › ", columns: 6) {
            case .endOfInput:
                farewell(place.chat)
                return ExitStatus.done
            case .interrupted:
                say(style.dim("Ctrl-D leaves; everything is kept.\n"))
            case .line(let line):
                switch PromptCommand(line) {
                case .nothing: break
                case .help: say(PromptCommand.list)
                case .leave:
                    farewell(place.chat)
                    return ExitStatus.done
                case .newChat:
                    farewell(place.chat)
                    place = Place(chat: nil, tip: nil, title: place.title)
                case .describe: describe(place.chat)
                case .unknown(let word) where PromptCommand(word) != .unknown(word):
                    say("\(word) takes nothing behind it.\n")
                case .unknown(let word):
                    say("There is no command \(word). /help lists those there are.\n")
                case .retry where place.chat == nil: say("Nothing has been said yet that could be answered again.\n")
                case .retry: if let status = try await take(.retry, at: &place) { return status }
                case .say(let text): if let status = try await take(.say(text), at: &place) { return status }
                }
            }
        }
    }

    /// Has one exchange. The next words then go where it ended.
    ///
    /// - Returns: the status to exit with, where a signal has come that ends more than the reply.
    private func take(_ turn: ExchangeRequest.Turn, at place: inout Place) async throws -> Int32? {
        let target: ExchangeRequest.Target =
            place.chat.map { .chat($0.id, endingAt: place.tip) } ?? .newChat(title: place.title, system: system)
        let request = ExchangeRequest(
            target: target, owner: library.owner, turn: turn, model: options.model, streams: !options.noStream,
            patience: options.patience)
        let mode: ReplyPrinter.Mode = options.noStream ? .whole : .streaming
        let isForScreen = StandardOutput.isTerminal
        let style = style
        let heading: @Sendable (String) -> String = { isForScreen ? style.colour($0, .cyan) + " › " : "" }
        do {
            let (exchange, signal) = try await conversation.exchange(
                request, printer: ReplyPrinter(mode: mode, heading: heading, isForScreen: isForScreen))
            place = Place(chat: exchange.chat)
            if let signal, signal != SIGINT { return ExitStatus.stopped(by: signal) }
            switch exchange.ending {
            case .complete: break
            case .failed(let error):
                Notices.error(FailedReply(exchange, error).lineAtPrompt)
            case .stopped:
                let isEmpty = exchange.reply.content.isEmpty
                say(style.dim(isEmpty ? "(stopped before anything came)\n" : "(stopped; what had come is kept)\n"))
            case .readerLeft(let error): throw error
            }
            say("\n")
            return nil
        } catch let error as StoppedBeforehand {
            say(style.dim("(stopped before it was said)\n"))
            return error.signal == SIGINT ? nil : ExitStatus.stopped(by: error.signal)
        } catch let error
            where error is StoreError || error is HistoryError || error is ReplyNotKept || error is TurnError
        {
            // The prompt goes on: the user may know what to do, and what was typed is in the history of lines.
            Notices.error(Failure(error).message)
            if case StoreError.noSuchChat = error {
                place = Place()
                say("The next message begins a new chat.\n")
            }
            if let error = error as? ReplyNotKept { place = Place(chat: error.exchange.chat) }
            return nil
        }
    }

    // MARK: - What is said beside the conversation

    private func say(_ text: String) {
        conversation.notices.screen(text)
    }

    private func farewell(_ chat: Chat?) {
        guard let chat, !conversation.notices.isQuiet else { return }
        say(style.dim("Kept. Go on any time with: parley resume \(chat.id.short)\n"))
    }

    private func describe(_ chat: Chat?) {
        guard let chat else { return say("A new chat; it begins with your first message.\n") }
        let title = ControlCharacterFilter.visibleLine(chat.title)
        say("\(title)\n\(chat.id), \(chat.messageCount) messages since \(LocalTime.minute(chat.createdAt))\n")
    }

    /// The last few messages of a chat that is gone on with.
    private func showEnd(of place: Place) async throws {
        let last = 6
        guard let id = place.chat?.id,
            let (chat, messages) = try await conversation.store.branch(
                of: id, of: library.owner, endingAt: place.tip, last: last)
        else { return }
        let page = TranscriptPage(style: style, isForScreen: StandardOutput.isTerminal)
        try StandardOutput.write(page.heading(of: chat, showing: messages.count) + "\n")
        if messages.first?.parent != nil { try StandardOutput.write(style.dim("…") + "\n\n") }
        for message in messages { try StandardOutput.write(page.text(of: message) + "\n\n") }
        if let end = LooseEnd(of: messages.last, in: chat), !conversation.notices.isQuiet {
            say(style.dim("\(end.rawValue): /retry \(end.remedy)\n"))
        }
    }

    private func userTexts(in place: Place) async throws -> [String] {
        guard let id = place.chat?.id,
            let (_, messages) = try await conversation.store.branch(
                of: id, of: library.owner, endingAt: place.tip, last: 200)
        else { return [] }
        return messages.filter { $0.role == .user }.map(\.content)
    }
}

/// What a line at the prompt asks for.
enum PromptCommand: Equatable {
    case nothing, help, leave, newChat, describe, retry
    case unknown(String)
    case say(String)

    init(_ line: String) {
        let word = line.trimmingSpaces()
        switch word {
        case "": self = .nothing
        case "/help", "/?": self = .help
        case "/quit", "/exit": self = .leave
        case "/new": self = .newChat
        case "/info": self = .describe
        case "/retry": self = .retry
        case _ where word.hasPrefix("//"): self = .say(String(word.dropFirst()))
        case _ where word.hasPrefix("/"): self = .unknown(String(word.prefix { $0 != " " }))
        default: self = .say(line)
        }
    }

    static let list = """
        /help   this list
        /info   which chat this is
        /new    begin a new chat
        /retry  ask for the last reply again; the one that is there is kept
        /quit   leave (or /exit, or Ctrl-D)
        //text  say /text
        A line that ends in \\ goes on in the next; Alt-Enter and pasted line ends do so too.
        Ctrl-C stops a reply and keeps what has come.

        """
}

extension String {
    fileprivate func trimmingSpaces() -> String {
        let start = drop(while: \.isWhitespace)
        guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...end])
    }
}

/// Reads lines on a thread of its own: waiting for a person must hold up nobody.
private final class LineReader: Sendable {
    private let prompt: LinePrompt
    private let silent = TerminalMode(.silent, input: StandardInput.descriptor, output: Notices.descriptor)
    private let queue = DispatchQueue(label: "parley.prompt")

    init(history: [String]) {
        prompt = LinePrompt(input: StandardInput.descriptor, output: Notices.descriptor, history: history)
    }

    func readLine(prompt text: String, columns: Int) async -> LinePrompt.Outcome {
        await withCheckedContinuation { continuation in
            queue.async { [prompt] in
                continuation.resume(returning: prompt.readLine(prompt: text, promptColumns: columns))
            }
        }
    }

    /// Lets what is typed between two readings wait unseen, so that it does not stand in the middle of a reply.
    func silence() {
        silent.enter()
    }

    func restoreTerminal() {
        prompt.restoreTerminal()
        silent.restore()
    }
}
