import Conversations

extension PastReading {
    /// Reads a branch, oldest message first.
    ///
    /// - Parameter asked: Told each text that is asked for.
    func past(of branch: [Message], asked: (Message) -> Void = { _ in }) -> Past {
        var reading = self
        for message in branch.reversed() {
            reading.receive(message.id.seq, message.role, message.status, isEmpty: message.content.isEmpty) {
                asked(message)
                return message.content
            }
        }
        return reading.past { seq in
            let message = branch.first { $0.id.seq == seq }!
            asked(message)
            return HistoryMessage(role: message.role, content: message.content)
        }
    }
}
