package import Conversations
private import JSON
internal import NIOHTTP1

/// A WordPress site that runs AI Engine, of any version from 1.9.88 to 3.6.2, in whichever dialect.
///
/// What the known clients of this protocol do otherwise, and why it is wrong on today's sites: Docs/Providers.md.
package final class AIEngineProvider: ChatProvider {
    let site: AIEngineSite
    let nonces: SiteNonces
    private let secrets: Secrets

    /// A plugin that is not told otherwise shows a model the first message and the last fifteen; what is sent beyond that
    /// is lost on it.
    private static let maximumMessages = 16
    /// What a site of the known clients takes where nothing is known: the plugin's own default, in code points.
    private static let assumedCharacters = 512

    init(_ site: AIEngineSite) {
        self.site = site
        nonces = SiteNonces(site)
        secrets = Secrets([site.token])
    }

    package var name: String { site.name }

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
        try await site.findMaximumCharacters(measuring: AttemptMeter(uptime: site.surroundings.uptime))
    }

    package func reply(to request: ProviderRequest, measuring meter: AttemptMeter) -> StreamedReply {
        StreamedReply { [self] in
            do {
                if case .newest(let text) = request.content {
                    return try await ask(text, named: request.conversation, measuring: meter)
                }
                return try await submit(request, measuring: meter)
            } catch let error as ProviderError {
                throw masked(error)
            }
        }
    }

    // MARK: - As a guest

    private func submit(
        _ request: ProviderRequest, measuring meter: AttemptMeter
    ) async throws -> (HTTPBody, any ReplyReading) {
        let nonce = site.wantsNonce ? try await nonces.current(measuring: meter) : nil
        if nonce == nil && site.settings.nonce == .required && site.settings.isNonceChosen {
            throw ProviderError(.misconfigured, "it hands out no nonce, and is set up here to need one")
        }
        let streams = request.streams && site.canStream
        var headers = [HTTPHeader(name: "accept", value: streams ? "text/event-stream" : "application/json")]
        if let nonce {
            headers.append(HTTPHeader(name: "x-wp-nonce", value: nonce.value))
            if !nonce.cookies.isEmpty { headers.append(HTTPHeader(name: "cookie", value: nonce.cookies)) }
        }
        let body = AIEngineRequestBody(request, settings: site.settings, streams: streams)
        let response = try await site.transport.send(
            .post(site.routes.submit, headers: headers, json: body.json), measuring: meter)
        await nonces.note(response.headers.first(name: "x-wp-nonce"), from: .header, sent: nonce)
        let reading = AIEngineReading(limits: site.configuration.limits) { [self] outcome, hasText in
            switch outcome {
            case .answered(let answer):
                await nonces.note(answer.newToken, from: .reply, sent: nonce)
                return nil
            case .refused(let failure):
                await nonces.note(failure.newToken, from: .reply, sent: nonce)
                let words = SiteWords(
                    code: failure.code, message: failure.message, status: failure.status ?? response.status,
                    retryAfter: site.retryAfter(of: response))
                return masked(await error(words, sent: nonce, streamed: streams, hasText: hasText), nonce)
            case .unreadable(let excerpt):
                return masked(await unreadable(excerpt, response), nonce)
            }
        }
        return (response.body, reading)
    }

    /// What a refusal means, and what is learned from it.
    private func error(_ words: SiteWords, sent nonce: Nonce?, streamed: Bool, hasText: Bool) async -> ProviderError {
        if hasText { return words.error(hasText: true) }
        if words.admission != nil {
            if let nonce {
                nonces.refuse(nonce.value)
                return ProviderError(.nonceRejected, words.message)
            }
            if site.settings.nonce == .none && site.settings.isNonceChosen {
                return ProviderError(.misconfigured, "it wants a nonce, and is set up here without: set nonce to auto")
            }
            // It has been asked for one already, and had none.
            guard !site.wantsNonce else { return ProviderError(.misconfigured, "it wants a nonce and hands out none") }
            await site.learn(.nonce, "wanted")
            return ProviderError(.askAgain(.nonce))
        }
        if words.cannotStream && streamed {
            await site.learn(.stream, "no")
            return ProviderError(.askAgain(.unstreamed), words.message)
        }
        if words.hasNoRoute && site.token != nil && site.settings.history == nil {
            await site.learn(.route, "api")
            return ProviderError(.askAgain(.route), words.message)
        }
        return words.error(hasText: false)
    }

    /// An answer that is neither a stream nor says anything to us.
    private func unreadable(_ excerpt: Excerpt, _ response: HTTPResponse) async -> ProviderError {
        let words = excerpt.text.isEmpty ? nil : excerpt.text
        // A site without pretty permalinks does not know the path; its web server says so, in a page.
        if response.status == 404 {
            if site.routes.form == .path {
                await site.learn(.form, AIEngineRoutes.Form.query.rawValue)
                return ProviderError(.askAgain(.route), words)
            }
            await site.learn(.form, nil)
        }
        if response.status == 429 {
            return ProviderError(.rateLimited, words, retryAfter: site.retryAfter(of: response))
        }
        guard response.isSuccess else {
            return ProviderError(.httpStatus(response.status), words, retryAfter: site.retryAfter(of: response))
        }
        return words == nil ? ProviderError(.empty) : ProviderError(.brokenStream, words)
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
        let response = try await site.transport.send(
            .post(
                site.routes.query, headers: [HTTPHeader(name: "authorization", value: "Bearer \(token)")], json: body),
            measuring: meter)
        let (object, words) = try await site.answer(of: response, having: ["success", "code"])
        if object?["success"]?.boolean == true, let reply = object?["data"]?.string {
            guard !reply.isEmpty else { throw ProviderError(.empty) }
            return (.empty, WholeReply(reply))
        }
        if words.admission != nil { throw ProviderError(.unauthorized, words.message) }
        if words.hasNoRoute { throw ProviderError(.misconfigured, "its public API is switched off") }
        if object == nil && response.isSuccess { throw ProviderError(.brokenStream, words.message) }
        throw words.error(hasText: false)
    }

    // MARK: - Words

    /// The error without anything secret in its words.
    private func masked(_ error: ProviderError, _ nonce: Nonce? = nil) -> ProviderError {
        var error = error
        let all = nonce.map { secrets.adding([$0.value] + SessionCookies.values(in: $0.cookies)) } ?? secrets
        error.detail = error.detail.map(all.masked)
        return error
    }
}
