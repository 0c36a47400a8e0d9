package import Conversations
private import JSON
internal import NIOHTTP1

/// A WordPress site that runs AI Engine, of any version from 1.9.88 to 3.6.2, in whichever dialect.
///
/// What the known clients of this protocol do otherwise, and why it is wrong on today's sites: Docs/Providers.md.
package final class AIEngineProvider: ChatProvider {
    let site: AIEngineSite
    let nonces: SiteNonces

    /// A plugin that is not told otherwise shows a model the first message and the last fifteen; what is sent beyond that
    /// is lost on it.
    private static let maximumMessages = 16
    /// What a site of the known clients takes where nothing is known: the plugin's own default, in code points.
    private static let assumedCharacters = 512

    init(_ site: AIEngineSite) {
        self.site = site
        nonces = SiteNonces(site)
    }

    package var name: String { site.name }
    package var reach: ProviderReach { site.configuration.reach }

    package var capabilities: ProviderCapabilities {
        let target = site.historyTarget
        // Assumed only where the site was asked and did not say: until then nothing is refused for it.
        let isUnsaid = target == .prompt && site.hasLookedForCharacters
        let assumed = isUnsaid ? site.settings.assumedMaximumCharacters ?? Self.assumedCharacters : nil
        return ProviderCapabilities(
            historyTarget: target, defaultModel: site.configuration.model, models: site.configuration.models,
            maximumCharacters: target == .server ? nil : site.maximumCharacters ?? assumed,
            maximumOtherMessages: target == .messages ? Self.maximumMessages : nil,
            streams: site.canStream && target != .server)
    }

    /// Looks up how long a message may be where that could matter.
    package func prepare(for newest: String) async throws {
        let target = site.historyTarget
        guard target == .prompt || (target == .messages && newest.unicodeScalars.count > Self.assumedCharacters) else {
            return
        }
        try await site.findMaximumCharacters()
    }

    package func reply(to request: ProviderRequest, measuring meter: AttemptMeter) -> StreamedReply {
        StreamedReply { [self] in
            if case .newest(let text) = request.content {
                return try await site.secrets.masking {
                    try await ask(text, named: request.conversation, measuring: meter)
                }
            }
            let wantsNonce = site.wantsNonce
            let nonce = wantsNonce ? try await nonces.current(measuring: meter) : nil
            let secrets = site.secrets.adding(nonce.map { [$0.value] + SessionCookies.values(in: $0.cookies) } ?? [])
            return try await secrets.masking {
                let sent = Sent(
                    nonce: nonce, wantedNonce: wantsNonce, form: site.routes.form,
                    streams: request.streams && site.canStream)
                let (body, reading) = try await submit(request, as: sent, measuring: meter)
                return (body, MaskedReading(reading, secrets: secrets))
            }
        }
    }

    // MARK: - As a guest

    /// How a message was submitted, for those who judge what came of it. The site may be known better by then.
    private struct Sent {
        var nonce: Nonce?
        /// The site was asked for a nonce, whether it had one or not.
        var wantedNonce: Bool
        var form: AIEngineRoutes.Form
        var streams: Bool
    }

    private func submit(
        _ request: ProviderRequest, as sent: Sent, measuring meter: AttemptMeter
    ) async throws -> (HTTPBody, AIEngineReading) {
        if sent.nonce == nil && site.settings.nonce == .required && site.settings.isNonceChosen {
            throw ProviderError(.misconfigured, "it hands out no nonce, and is set up here to need one")
        }
        var headers = [HTTPHeader(name: "accept", value: sent.streams ? "text/event-stream" : "application/json")]
        if let nonce = sent.nonce {
            headers.append(HTTPHeader(name: "x-wp-nonce", value: nonce.value))
            if !nonce.cookies.isEmpty { headers.append(HTTPHeader(name: "cookie", value: nonce.cookies)) }
        }
        let body = AIEngineRequestBody(request, settings: site.settings, streams: sent.streams)
        let response = try await site.transport.send(
            .post(site.routes(in: sent.form).submit, headers: headers, json: body.json), measuring: meter)
        await nonces.note(response.headers.first(name: "x-wp-nonce"), from: .header, sent: sent.nonce)
        let reading = AIEngineReading(limits: site.configuration.limits) { [self] outcome, hasText in
            switch outcome {
            case .answered(let answer):
                await nonces.note(answer.newToken, from: .reply, sent: sent.nonce)
                return nil
            case .refused(let failure):
                await nonces.note(failure.newToken, from: .reply, sent: sent.nonce)
                let words = SiteWords(
                    code: failure.code, message: failure.message, status: failure.status ?? response.status,
                    retryAfter: site.retryAfter(of: response))
                return hasText ? words.error(hasText: true) : await error(words, sent)
            case .unreadable(let excerpt):
                return await site.error(unreadable: excerpt, in: response, by: sent.form)
            }
        }
        return (response.body, reading)
    }

    /// What a refusal before any text means, and what is learned from it.
    private func error(_ words: SiteWords, _ sent: Sent) async -> ProviderError {
        if words.admission != nil { return await errorOfAdmission(words, sent) }
        if words.cannotStream && sent.streams {
            await site.learnThatItCannotStream()
            return ProviderError(.askAgain(.unstreamed), words.excerpt)
        }
        if words.hasNoRoute && site.token != nil && site.settings.history == nil {
            await site.learn(.route, "api")
            return ProviderError(.askAgain(.route), words.excerpt)
        }
        return words.error(hasText: false)
    }

    private func errorOfAdmission(_ words: SiteWords, _ sent: Sent) async -> ProviderError {
        if let nonce = sent.nonce {
            nonces.refuse(nonce.value)
            return ProviderError(.nonceRejected, words.excerpt)
        }
        if site.settings.nonce == .none && site.settings.isNonceChosen {
            return ProviderError(.misconfigured, "it wants a nonce, and is set up here without: set nonce to auto")
        }
        guard !sent.wantedNonce else {
            return ProviderError(.misconfigured, "it wants a nonce, and hands out none to guests")
        }
        await site.learn(.nonce, "wanted")
        return ProviderError(.askAgain(.nonce), words.excerpt)
    }

    // MARK: - As the site's owner

    /// Asks by the public API, where the site keeps the discussion.
    private func ask(
        _ text: String, named conversation: String, measuring meter: AttemptMeter
    ) async throws -> (HTTPBody, any ReplyReading) {
        guard let token = site.token else {
            throw ProviderError(.unauthorized, "history server needs the site's token: name it in api_token_env")
        }
        let body = JSONWriter.line { json in
            json.member("botId", site.settings.bot)
            json.member("message", text)
            json.member("chatId", conversation)
        }
        let routes = site.routes
        let response = try await site.transport.send(
            .post(routes.query, headers: [HTTPHeader(name: "authorization", value: "Bearer \(token)")], json: body),
            measuring: meter)
        let limits = site.configuration.limits
        let answer = try await site.object(
            in: response, by: routes.form, having: ["success", "code"], upTo: limits.line)
        if answer["success"]?.boolean == true, let reply = answer["data"]?.string {
            guard reply.utf8.count <= limits.reply else { throw ProviderError(.tooLarge(limit: limits.reply)) }
            return (.empty, WholeReply(reply))
        }
        let words = site.words(of: answer, in: response)
        if words.admission != nil { throw ProviderError(.unauthorized, words.excerpt) }
        if words.hasNoRoute {
            if site.settings.history == nil { await site.learn(.route, nil) }
            throw ProviderError(.misconfigured, "its public API is switched off")
        }
        throw words.error(hasText: false)
    }
}
