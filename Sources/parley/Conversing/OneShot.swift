import ArgumentParser
import Conversations
import Glibc
import Terminal

/// One exchange and out: for a message on the command line or from a pipe.
struct OneShot {
    let conversation: Conversation
    let mode: ReplyPrinter.Mode

    /// - Returns: whether the reply is whole, and was shown.
    /// - Throws: the exit that belongs to how the exchange ended.
    func run(_ request: ExchangeRequest) async throws -> Bool {
        let printer = ReplyPrinter(mode: mode, isForScreen: StandardOutput.isTerminal)
        let exchange: Exchange
        let signal: Int32?
        do {
            (exchange, signal) = try await conversation.exchange(request, printer: printer)
        } catch let error as ReplyNotKept where mode == .json {
            // The exchange object has told it.
            throw ExitCode(Failure(error).status)
        }
        conversation.notices.detail("kept in chat \(exchange.chat.id)")
        if let signal, !exchange.isComplete {
            tellOfStop(exchange)
            throw ExitCode(ExitStatus.stopped(by: signal))
        }
        switch exchange.ending {
        case .complete: return true
        case .failed(let error):
            if mode != .json {
                Notices.error(FailedReply(exchange, error).line)
            }
            throw ExitCode(FailedReply.status(error))
        case .stopped:
            throw ExitCode(ExitStatus.stopped(by: SIGINT))
        case .readerLeft(let error):
            if let error = error as? OutputError, error != .closed { throw error }
            return false
        }
    }

    /// Says where what was said is, on a line of its own: the terminal has shown the ^C, and maybe nothing behind it.
    private func tellOfStop(_ exchange: Exchange) {
        if case .readerLeft = exchange.ending { return }
        let isEmpty = exchange.reply.content.isEmpty
        let endsLine = StandardOutput.isTerminal && (!isEmpty || mode == .json)
        if TerminalDevice.isTerminal(Notices.descriptor) && !endsLine { conversation.notices.screen("\n") }
        conversation.notices.notice(
            "stopped; \(isEmpty ? "the message" : "what had come") is kept: parley resume \(exchange.chat.id.short)")
    }
}
