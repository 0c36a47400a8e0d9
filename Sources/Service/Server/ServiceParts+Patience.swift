internal import Conversations

extension ServiceParts {
    /// Does this as soon as no reply is being written in the chat, for which it waits a while; as a whole, each time that it is
    /// tried.
    ///
    /// - Throws: ``StoreError/chatBusy(_:)`` where that lasts longer.
    func whenFree<Result>(_ work: () async throws -> Result) async throws -> Result {
        let start = surroundings.uptime()
        while true {
            do {
                return try await work()
            } catch StoreError.chatBusy(let id) {
                guard surroundings.uptime() - start < limits.patience else { throw StoreError.chatBusy(id) }
            }
            try await surroundings.sleep(.milliseconds(100))
        }
    }
}
