extension Transcript {
    /// Holds all times within the years that can be written, so that what is kept comes back from an export as it is.
    package mutating func holdTimes() {
        chat.createdAt = chat.createdAt.held
        chat.updatedAt = chat.updatedAt.held
        for index in messages.indices {
            let (begun, finished) = (messages[index].createdAt, messages[index].finishedAt)
            if !begun.isWritable { messages[index].createdAt = begun.held }
            if let finished, !finished.isWritable { messages[index].finishedAt = finished.held }
        }
    }
}
