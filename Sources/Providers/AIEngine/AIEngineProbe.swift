package import Conversations
private import JSON
internal import NIOHTTP1

extension AIEngineProvider: ProbedProvider {
    /// Two routes, each perhaps in both forms, a page and a nonce.
    package var longestProbe: Duration {
        let timeouts = site.configuration.timeouts
        return timeouts.longestBrief * 4 + timeouts.longestGlance + nonces.longestWait
    }

    package func probe(measuring meter: AttemptMeter) async throws -> [ProbeFinding] {
        try await site.secrets.masking { try await AIEngineProbe(site: site, nonces: nonces, meter: meter).findings() }
    }
}

/// Looks at a site by its routes that change nothing, and gets a nonce as a guest does.
private struct AIEngineProbe {
    let site: AIEngineSite
    let nonces: SiteNonces
    let meter: AttemptMeter

    func findings() async throws -> [ProbeFinding] {
        site.historyTarget == .server ? try await findingsAsOwner() : try await findingsAsGuest()
    }

    private func findingsAsGuest() async throws -> [ProbeFinding] {
        try await findChat()
        let routes = try await publicRoutes()
        let page = try await widgetPage()
        let nonce = isNonceForbidden ? nil : try await nonces.current(measuring: meter)
        return [
            reachable,
            ProbeFinding("version", version(routes: routes, page: page, nonce: nonce)),
            ProbeFinding("nonce", source(of: nonce)),
            ProbeFinding("streams", site.canStream ? "asked to" : "no: it is asked for whole replies"),
            ProbeFinding("characters", site.maximumCharacters.map { "\($0) a message" } ?? "not known"),
            api(routes),
        ]
    }

    private var isNonceForbidden: Bool { site.settings.nonce == .none && site.settings.isNonceChosen }

    private var reachable: ProbeFinding {
        ProbeFinding("reachable", site.routes.form == .path ? "yes" : "yes, by ?rest_route= (plain permalinks)")
    }

    private func api(_ routes: Set<Substring>) -> ProbeFinding {
        ProbeFinding("api", routes.contains("simpleChatbotQuery") ? "on" : "off")
    }

    /// - Throws: where there is no chat to be had.
    private func findChat() async throws {
        let (index, words) = try await answer(\.chatIndex)
        guard index["namespace"] == nil else { return }
        if words.hasNoRoute { throw ProviderError(.httpStatus(404), "AI Engine or its chat module is not there") }
        throw words.error(hasText: false)
    }

    /// A page that does not come does no harm; it may tell more.
    private func widgetPage() async throws -> WidgetPage? {
        do {
            return try await site.widgetPage(measuring: meter)
        } catch {
            try Task.checkCancellation()
            return nil
        }
    }

    // MARK: - As the site's owner

    private func findingsAsOwner() async throws -> [ProbeFinding] {
        let routes = try await publicRoutes()
        guard routes.contains("simpleChatbotQuery") else {
            throw ProviderError(.misconfigured, "its public API is switched off")
        }
        let headers = site.token.map { [HTTPHeader(name: "authorization", value: "Bearer \($0)")] } ?? []
        let (_, words) = try await answer(\.tokenCheck, headers: headers)
        if words.admission != nil { throw ProviderError(.unauthorized, words.excerpt) }
        return [reachable, ProbeFinding("streams", "no: its public API gives whole replies"), api(routes)]
    }

    // MARK: - Asking

    /// What a route answers that changes nothing, in whichever form the site knows it.
    private func answer(
        _ route: (AIEngineRoutes) -> WebAddress, headers: [HTTPHeader] = []
    ) async throws -> (JSONValue, SiteWords) {
        do {
            return try await answerInKnownForm(route, headers: headers)
        } catch let error as ProviderError {
            guard error.cause == .askAgain(.route) else { throw error }
            return try await answerInKnownForm(route, headers: headers)
        }
    }

    private func answerInKnownForm(
        _ route: (AIEngineRoutes) -> WebAddress, headers: [HTTPHeader]
    ) async throws -> (JSONValue, SiteWords) {
        let routes = site.routes
        let response = try await site.transport.send(
            .get(route(routes), headers: headers), measuring: meter, timeouts: .brief)
        let answer = try await site.object(in: response, by: routes.form, having: ["namespace", "code", "success"])
        return (answer, site.words(of: answer, in: response))
    }

    /// The names of the plugin's public routes.
    private func publicRoutes() async throws -> Set<Substring> {
        let (index, _) = try await answer(\.index)
        guard case .object(let routes) = index["routes"] else { return [] }
        return Set(routes.compactMap { $0.key.split(separator: "/").last })
    }

    // MARK: - What it tells

    private func source(of nonce: Nonce?) -> String {
        switch nonce?.source {
        case .session: "from start_session"
        case .page: "from the page"
        case .header, .reply: "from an earlier answer"
        case nil: isNonceForbidden ? "not asked for" : "none handed out"
        }
    }

    /// What the shape of things tells of the plugin's version. <https://wordpress.org/plugins/ai-engine/#developers>
    private func version(routes: Set<Substring>, page: WidgetPage?, nonce: Nonce?) -> String {
        if routes.contains("start_session") {
            if nonce?.source == .session { return nonce?.cookies.isEmpty == true ? "2.4.4 to 2.8.4" : "2.8.5 or later" }
            return "2.4.4 or later"
        }
        guard let page else { return "before 2.4.4" }
        return page.restNonce == nil ? "before 2.0.1" : "2.0.1 to 2.4.3"
    }
}
