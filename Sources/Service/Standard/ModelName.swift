/// What clients call a model: `provider` for that provider's own choice, or `provider/model`.
struct ModelName: Equatable, Sendable {
    var provider: String
    /// As the provider calls it; nil for its own choice. It may hold slashes.
    var model: String?

    init(provider: String, model: String?) {
        self.provider = provider
        self.model = model
    }

    /// - Parameter text: The provider is what stands before the first slash.
    init(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        provider = String(parts[0])
        model = parts.count > 1 && !parts[1].isEmpty ? String(parts[1]) : nil
    }

    var text: String { model.map { "\(provider)/\($0)" } ?? provider }
}
