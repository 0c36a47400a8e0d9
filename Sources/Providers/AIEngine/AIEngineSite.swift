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
    /// What is sent to it in confidence, but for nonces and cookies.
    let secrets: Secrets
    let transport: HTTPTransport
    let memory: any ProviderMemory
    let surroundings: Surroundings

    private let facts: Mutex<[String: String]>
    /// This process has looked for how long a message may be.
    private let hasSoughtCharacters = Mutex(false)

    /// What is remembered of sites. The names and values are in everyone's database.
    enum Fact: String {
        /// `wanted` or `none`.
        case nonce
        /// `no` where something is printed before its streams can begin; then the time it was found out.
        case stream
        /// The form of its routes.
        case form
        /// `api` where the chat route is gone and the public API is there.
        case route
        /// The most code points of a message, or `unknown`; then the time it was found out.
        case characters
    }

    /// What a site's owner may change holds so long.
    private static let validity = Duration.seconds(86_400)
    /// WordPress and the plugin answer with some kilobytes; a page may have a megabyte or two.
    static let maximumAnswer = 1 << 20
    private static let maximumPage = 8 << 20

    init(
        _ configuration: ProviderConfiguration, _ settings: ProviderConfiguration.AIEngine, token: String?,
        transport: HTTPTransport, memory: any ProviderMemory, surroundings: Surroundings
    ) async {
        name = configuration.name
        self.configuration = configuration
        self.settings = settings
        self.token = token
        secrets = Secrets(of: configuration, and: token)
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

    /// Knows something from now on, for the next process too; nil forgets it.
    func learn(_ fact: Fact, _ value: String?) async {
        let isNew = facts.withLock { facts in
            defer { facts[fact.rawValue] = value }
            return facts[fact.rawValue] != value
        }
        // What cannot be written down is found out again.
        if isNew { try? await memory.remember([fact.rawValue: value], of: key, now: surroundings.now()) }
    }

    /// In the form that the site is known to answer to.
    var routes: AIEngineRoutes { routes(in: fact(.form).flatMap(AIEngineRoutes.Form.init) ?? .path) }

    func routes(in form: AIEngineRoutes.Form) -> AIEngineRoutes {
        AIEngineRoutes(site: settings.address, form: form)
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

    var canStream: Bool { configuration.streams && recent(.stream) == nil }

    /// Knows for a day that the site cannot stream.
    func learnThatItCannotStream() async {
        await learn(.stream, "no \(surroundings.now().rawValue)")
    }

    /// The first word of a fact that is a day old at the most; the second is when it was found out.
    private func recent(_ fact: Fact) -> Substring? {
        guard let words = self.fact(fact)?.split(separator: " "), words.count == 2, let time = Int64(words[1]) else {
            return nil
        }
        let foundAt = Timestamp(rawValue: time)
        let now = surroundings.now()
        return foundAt <= now && now < foundAt.advanced(by: Self.validity) ? words[0] : nil
    }

    // MARK: - How long a message may be

    /// The most code points of a message, as configured or as a page of the site says; nil where neither does.
    var maximumCharacters: Int? {
        settings.maximumCharacters ?? recent(.characters).flatMap { Int($0) }
    }

    /// It is configured, or a page has been looked at for it, in vain or not.
    var hasLookedForCharacters: Bool {
        settings.maximumCharacters != nil || recent(.characters) != nil || hasSoughtCharacters.withLock(\.self)
    }

    /// Looks at a page of the site for how long a message may be, unless that is known.
    func findMaximumCharacters() async throws {
        guard !hasLookedForCharacters else { return }
        hasSoughtCharacters.withLock { $0 = true }
        do {
            _ = try await widgetPage(measuring: AttemptMeter(uptime: surroundings.uptime))
        } catch {
            // A site that does not show its page may answer all the same.
            try Task.checkCancellation()
        }
    }

    /// The widget on the first page, and what it says about messages is noted; nil where the page has none.
    func widgetPage(measuring meter: AttemptMeter) async throws -> WidgetPage? {
        let response = try await transport.send(.get(routes.page), measuring: meter, timeouts: .glance)
        guard response.isSuccess else { return nil }
        let page = WidgetPage(try await response.body.collect(upTo: Self.maximumPage))
        let limit = page?.textInputMaxLength.map(String.init) ?? "unknown"
        await learn(.characters, "\(limit) \(surroundings.now().rawValue)")
        return page
    }

    // MARK: - Answers

    /// The object of an answer that has one of these keys, whatever stands around it.
    ///
    /// - Parameters:
    ///   - form: Of the route that was asked.
    ///   - limit: The most bytes of the answer.
    /// - Throws: ``ProviderError`` where there is none.
    func object(
        in response: HTTPResponse, by form: AIEngineRoutes.Form, having keys: [String], upTo limit: Int = maximumAnswer
    ) async throws -> JSONValue {
        let body = try await response.body.collect(upTo: limit)
        if let object = JSONValue.firstObject(in: body[...], having: keys) { return object }
        throw await error(unreadable: Excerpt(of: body), in: response, by: form)
    }

    /// What such an object says where it says no.
    func words(of object: JSONValue, in response: HTTPResponse) -> SiteWords {
        SiteWords(
            code: object["code"]?.string, message: object["message"]?.string ?? "",
            status: object["data"]?["status"]?.integer ?? response.status, retryAfter: retryAfter(of: response))
    }

    /// What an answer means that has nothing to be read, as the page of a web server; and what is learned from it.
    func error(
        unreadable excerpt: Excerpt, in response: HTTPResponse, by form: AIEngineRoutes.Form
    ) async -> ProviderError {
        // A site without pretty permalinks does not know the path; its web server says so.
        if response.status == 404 && form == .path {
            await learn(.form, AIEngineRoutes.Form.query.rawValue)
            return ProviderError(.askAgain(.route), excerpt.text)
        }
        // What knows neither form is no WordPress today, and may be one tomorrow.
        if form == .query && (response.status == 404 || response.isSuccess) { await learn(.form, nil) }
        let cause: ProviderError.Cause =
            switch response.status {
            case 200..<300: excerpt.text.isEmpty ? .empty : .brokenStream
            case 429: .rateLimited
            default: .httpStatus(response.status)
            }
        return ProviderError(cause, excerpt.text, retryAfter: retryAfter(of: response))
    }

    func retryAfter(of response: HTTPResponse) -> Duration? {
        RetryAfter.duration(response.headers.first(name: "retry-after"), now: surroundings.now())
    }
}
