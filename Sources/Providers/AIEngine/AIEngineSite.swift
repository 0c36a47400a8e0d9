internal import Conversations
internal import JSON
internal import NIOHTTP1
private import Synchronization

/// One site as its provider, its nonces and its probe know it: how to reach it, and what was found out about it, by this
/// process or another.
final class AIEngineSite: Sendable {
    /// What the configuration calls it.
    let name: String
    let configuration: ProviderConfiguration
    let settings: ProviderConfiguration.AIEngine
    /// The site's own, for its public API; nil without.
    let token: String?
    let transport: HTTPTransport
    let memory: any ProviderMemory
    let surroundings: Surroundings

    private let facts: Mutex<[String: String]>

    /// What is remembered of sites. The names and values are in everyone's database.
    enum Fact: String {
        /// `wanted` or `none`.
        case nonce
        /// `no` where it prints before its streams can begin.
        case stream
        /// The form of its routes.
        case form
        /// `api` where the chat route is gone and the public API is there.
        case route
        /// The most code points of a message, or `unknown`; then the time it was read.
        case characters
    }

    /// What a page says holds so long; its owner may change it.
    private static let pageValidity = Duration.seconds(86_400)
    /// WordPress and the plugin answer with some kilobytes; a page may have a megabyte or two.
    private static let maximumAnswer = 1 << 20
    private static let maximumPage = 8 << 20

    init(
        _ configuration: ProviderConfiguration, _ settings: ProviderConfiguration.AIEngine, token: String?,
        transport: HTTPTransport, memory: any ProviderMemory, surroundings: Surroundings
    ) async {
        name = configuration.name
        self.configuration = configuration
        self.settings = settings
        self.token = token
        self.transport = transport
        self.memory = memory
        self.surroundings = surroundings
        // Without its memory a site is as new.
        facts = Mutex((try? await memory.facts(of: settings.address.description)) ?? [:])
    }

    /// What the store calls it.
    var key: String { settings.address.description }

    // MARK: - What was found out

    func fact(_ fact: Fact) -> String? {
        facts.withLock { $0[fact.rawValue] }
    }

    /// Knows something from now on, for the next process too.
    func learn(_ fact: Fact, _ value: String?) async {
        await learn(named: fact.rawValue, value)
    }

    private func learn(named name: String, _ value: String?) async {
        let isNew = facts.withLock { facts in
            defer { facts[name] = value }
            return facts[name] != value
        }
        // What cannot be written down is found out again.
        if isNew { try? await memory.remember([name: value], of: key, now: surroundings.now()) }
    }

    var routes: AIEngineRoutes {
        AIEngineRoutes(site: settings.address, form: fact(.form).flatMap(AIEngineRoutes.Form.init) ?? .path)
    }

    var wantsNonce: Bool {
        switch settings.nonce {
        case .required where settings.isNonceChosen: true
        // A preset is of its time; the site knows better.
        case .required, .auto: fact(.nonce) != "none"
        case .none: fact(.nonce) == "wanted" && !settings.isNonceChosen
        }
    }

    var historyTarget: HistoryTarget {
        settings.history ?? (fact(.route) == "api" && token != nil ? .server : .messages)
    }

    var canStream: Bool { configuration.streams && fact(.stream) != "no" }

    // MARK: - How long a message may be

    /// The most code points of a message, as configured or as a page of the site says; nil where neither does.
    var maximumCharacters: Int? {
        settings.maximumCharacters ?? foundCharacters?.limit
    }

    /// It is configured, or a page has been looked at for it.
    var hasLookedForCharacters: Bool { settings.maximumCharacters != nil || foundCharacters != nil }

    /// What a page said within the last day; its limit is nil where it said none.
    private var foundCharacters: (limit: Int?, at: Timestamp)? {
        guard let words = fact(.characters)?.split(separator: " "), words.count == 2, let time = Int64(words[1]) else {
            return nil
        }
        let readAt = Timestamp(rawValue: time)
        let now = surroundings.now()
        guard readAt <= now, now < readAt.advanced(by: Self.pageValidity) else { return nil }
        return (Int(words[0]), readAt)
    }

    /// Looks at a page of the site for how long a message may be, unless that is known.
    func findMaximumCharacters(measuring meter: AttemptMeter) async throws {
        guard !hasLookedForCharacters else { return }
        let page: WidgetPage?
        do {
            page = try await widgetPage(measuring: meter)
        } catch {
            try Task.checkCancellation()
            page = nil
        }
        await note(page)
    }

    /// Notes what a page says about messages, or that it says nothing.
    func note(_ page: WidgetPage?) async {
        let limit = page?.textInputMaxLength.map { $0 > 0 ? String($0) : "none" } ?? "unknown"
        await learn(.characters, "\(limit) \(surroundings.now().rawValue)")
    }

    /// The first page's widget; nil where it has none.
    func widgetPage(measuring meter: AttemptMeter) async throws -> WidgetPage? {
        let response = try await transport.send(.get(routes.page), measuring: meter, timeouts: .brief)
        guard response.isSuccess else { return nil }
        return WidgetPage(try await response.body.collect(upTo: Self.maximumPage))
    }

    // MARK: - Answers

    /// The whole of a small answer: the object in it, whatever stands around it, and its words where it says no.
    func answer(of response: HTTPResponse, having keys: [String]) async throws -> (object: JSONValue?, words: SiteWords)
    {
        let body = try await response.body.collect(upTo: Self.maximumAnswer)
        let object = JSONValue.firstObject(in: body[...], having: keys)
        let words = SiteWords(
            code: object?["code"]?.string, message: object?["message"]?.string ?? Excerpt(of: body).text,
            status: object?["data"]?["status"]?.integer ?? response.status, retryAfter: retryAfter(of: response),
            isPage: object == nil)
        return (object, words)
    }

    func retryAfter(of response: HTTPResponse) -> Duration? {
        RetryAfter.duration(response.headers.first(name: "retry-after"), now: surroundings.now())
    }
}
