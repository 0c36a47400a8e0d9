package import Conversations
private import JSON
internal import NIOHTTP1

extension AIEngineProvider: ProbedProvider {
    package func probe(measuring meter: AttemptMeter) async throws -> [ProbeFinding] {
        try await AIEngineProbe(site: site, nonces: nonces, meter: meter).findings()
    }
}

/// Looks at a site by its routes that change nothing, and gets a nonce as a guest does.
private struct AIEngineProbe {
    let site: AIEngineSite
    let nonces: SiteNonces
    let meter: AttemptMeter

    func findings() async throws -> [ProbeFinding] {
        var findings = [try await chatRoute()]
        let routes = try await publicRoutes()
        let page = try? await site.widgetPage(measuring: meter)
        await site.note(page)
        var nonce: Nonce?
        if site.settings.nonce != .none || !site.settings.isNonceChosen {
            nonce = try await nonces.current(measuring: meter)
        }
        findings.append(ProbeFinding("version", version(routes: routes, page: page, nonce: nonce)))
        findings.append(ProbeFinding("nonce", source(of: nonce)))
        findings.append(ProbeFinding("streams", site.canStream ? "asked to" : "no: it is asked for whole replies"))
        if let limit = site.maximumCharacters { findings.append(ProbeFinding("characters", "\(limit) a message")) }
        findings.append(ProbeFinding("api", routes.contains("simpleChatbotQuery") ? "on" : "off"))
        return findings
    }

    /// - Throws: where there is no chat to be had.
    private func chatRoute() async throws -> ProbeFinding {
        for _ in 0..<2 {
            let response = try await site.transport.send(
                .get(site.routes.chatIndex), measuring: meter, timeouts: .brief)
            let (index, words) = try await site.answer(of: response, having: ["namespace", "code"])
            if index?["namespace"] != nil {
                return ProbeFinding(
                    "reachable", site.routes.form == .path ? "yes" : "yes, by ?rest_route= (plain permalinks)")
            }
            if words.hasNoRoute { throw ProviderError(.httpStatus(404), "AI Engine or its chat module is not there") }
            guard response.status == 404, site.routes.form == .path else {
                if response.isSuccess { throw ProviderError(.brokenStream, words.message) }
                throw words.error(hasText: false)
            }
            await site.learn(.form, AIEngineRoutes.Form.query.rawValue)
        }
        await site.learn(.form, nil)
        throw ProviderError(.httpStatus(404), "no WordPress answers there")
    }

    /// The names of the plugin's public routes.
    private func publicRoutes() async throws -> Set<Substring> {
        let response = try await site.transport.send(.get(site.routes.index), measuring: meter, timeouts: .brief)
        let (index, _) = try await site.answer(of: response, having: ["namespace", "code"])
        guard case .object(let routes) = index?["routes"] else { return [] }
        return Set(routes.compactMap { $0.key.split(separator: "/").last })
    }

    private func source(of nonce: Nonce?) -> String {
        switch nonce?.source {
        case .session: "from start_session"
        case .page: "from the page"
        case .header, .reply: "from an earlier answer"
        case nil: site.settings.nonce == .none && site.settings.isNonceChosen ? "not asked for" : "none handed out"
        }
    }

    /// What the shape of things tells of the plugin's version. <https://wordpress.org/plugins/ai-engine/#developers>
    private func version(routes: Set<Substring>, page: WidgetPage?, nonce: Nonce?) -> String {
        if routes.contains("start_session") {
            if nonce?.source == .session { return nonce?.cookies.isEmpty == true ? "2.4.4 to 2.8.4" : "2.8.5 or later" }
            return "2.4.4 or later"
        }
        if page?.restNonce != nil { return "2.0.1 to 2.4.3" }
        return nonce == nil ? "before 2.0.1" : "before 2.4.4"
    }
}
