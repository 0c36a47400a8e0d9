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
    let model: String?
    let mode: ReplyPrinter.Mode

    /// Runs until the user leaves.
    ///
    /// - Parameter chat: The chat to go on with; nil for a new one.
    /// - Returns: the status to exit with.
    func run(in chat: Chat?) async throws -> Int32 {
        var chat = chat
        var title = title
        let reader = LineReader(history: try await userTexts(of: chat))
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
        if let chat { try await showEnd(of: chat) }

        while true {
            switch await reader.readLine(prompt: style.bold("you") + " › ", columns: 6) {
            case .endOfInput:
                farewell(chat)
                return ExitStatus.done
            case .interrupted:
                say(style.dim("Ctrl-D leaves; everything is kept.\n"))
            case .line(let line):
                switch PromptCommand(line) {
                case .nothing: break
                case .help: say(PromptCommand.list)
                case .leave:
                    farewell(chat)
                    return ExitStatus.done
                case .newChat:
                    farewell(chat)
                    chat = nil
                case .describe: describe(chat)
                case .unknown(let word):
                    say("There is no command \(word). /help lists those there are.\n")
                case .say(let text):
                    let signal: Int32?
                    (chat, signal) = try await answer(text, in: chat, title: title)
                    if chat != nil { title = nil }
                    if let signal, signal != SIGINT { return ExitStatus.stopped(by: signal) }
                }
            }
        }
    }

    /// - Returns: the chat as it is now, if there is one, and the signal that stopped the reply.
    private func answer(_ text: String, in chat: Chat?, title: String?) async throws -> (Chat?, signal: Int32?) {
        let target: ExchangeRequest.Target =
            chat.map { .chat($0.id) } ?? .newChat(title: title, system: system)
        let request = ExchangeRequest(
            target: target, owner: library.owner, text: text, model: model, streams: mode == .streaming)
        let isForScreen = StandardOutput.isTerminal
        let style = style
        let heading: @Sendable (String) -> String = { isForScreen ? style.colour($0, .cyan) + " › " : "" }
        do {
            let (exchange, signal) = try await conversation.exchange(
                request, printer: ReplyPrinter(mode: mode, heading: heading, isForScreen: isForScreen))
            if signal == SIGTERM || signal == SIGHUP { return (exchange.chat, signal) }
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
            return (exchange.chat, signal)
        } catch let error where error is StoreError || error is HistoryError || error is ReplyNotKept {
            // The prompt goes on: the user may know what to do, and what was typed is in the history of lines.
            Notices.error(Failure(error).message)
            if case StoreError.noSuchChat = error { return (nil, nil) }
            return ((error as? ReplyNotKept)?.exchange.chat ?? chat, nil)
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
    private func showEnd(of chat: Chat) async throws {
        let last = 6
        guard let (chat, messages) = try await conversation.store.branch(of: chat.id, of: library.owner, last: last)
        else { return }
        let page = TranscriptPage(style: style, isForScreen: StandardOutput.isTerminal)
        try StandardOutput.write(page.heading(of: chat) + "\n")
        if chat.messageCount > messages.count { try StandardOutput.write(style.dim("…") + "\n\n") }
        for message in messages { try StandardOutput.write(page.text(of: message) + "\n\n") }
    }

    private func userTexts(of chat: Chat?) async throws -> [String] {
        guard let chat,
            let (_, messages) = try await conversation.store.branch(of: chat.id, of: library.owner, last: 200)
        else { return [] }
        return messages.filter { $0.role == .user }.map(\.content)
    }
}

/// What a line at the prompt asks for.
enum PromptCommand: Equatable {
    case nothing, help, leave, newChat, describe
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
        case _ where word.hasPrefix("//"): self = .say(String(word.dropFirst()))
        case _ where word.hasPrefix("/"): self = .unknown(String(word.prefix { $0 != " " }))
        default: self = .say(line)
        }
    }

    static let list = """
        /help   this list
        /info   which chat this is
        /new    begin a new chat
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
