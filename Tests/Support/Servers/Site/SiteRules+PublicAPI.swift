extension SiteRules {
    /// The routes for the owner of a site, who has a token.
    mutating func publicAPI(_ request: LoopbackRequest, _ route: Route) -> SiteAnswer {
        let known = ["/mwai/v1/simpleAuthCheck", "/mwai/v1/simpleChatbotQuery", "/mwai/v1/listChatbots"]
        guard let token = settings.token, known.contains(route.path) else { return .noRoute }
        let isAllowed = request.bearerToken == token
        switch (request.method, route.path) {
        case (_, "/mwai/v1/listChatbots") where !version.listsChatbots: return .noRoute
        case ("GET", "/mwai/v1/listChatbots"): return isAllowed ? chatbots : .forbidden
        case ("GET", "/mwai/v1/simpleAuthCheck"):
            return isAllowed
                ? success(#"{"type":"email","value":"admin@example.test"}"#, "GET") : .forbidden
        case ("POST", "/mwai/v1/simpleChatbotQuery"): return isAllowed ? query(request) : .forbidden
        default: return .noRoute
        }
    }

    private func success(_ data: String, more: String = "", _ method: String) -> SiteAnswer {
        .json(
            200, #"{"success":true,"data":\#(data)\#(more)}"#, headers: [("Allow", method)] + SiteAnswer.notToBeCached)
    }

    private var chatbots: SiteAnswer {
        let bots = settings.bots.map { bot in
            #"{"id":\#(PHPText.json(bot)),"name":\#(PHPText.json(bot)),"type":"chat","model":"fake-chat","#
                + #""model_name":"fake-chat","environment":"fakeenv","environment_name":"FakeAI","functions":[],"#
                + #""tools":[],"mcp_servers":[]}"#
        }
        return success("[" + bots.joined(separator: ",") + "]", "GET")
    }

    /// The one route on which the site's own store is the history.
    private mutating func query(_ request: LoopbackRequest) -> SiteAnswer {
        let body = request.json ?? .null
        guard PHPText.isTrue(body["botId"]), let message = body["message"]?.text, PHPText.isTrue(body["message"]) else {
            return .json(
                500, #"{"success":false,"message":"The botId and message are required."}"#,
                headers: [("Allow", "POST")] + SiteAnswer.notToBeCached)
        }
        let chatID = body["chatId"]?.text ?? newID()
        let stored = discussions[chatID] ?? []
        let prompt =
            [ModelMessage("system", settings.instructions)] + stored + [ModelMessage("user", message)]
        let reply = PHPText.trimmed(ask(prompt).joined())
        // A discussion begins with what the bot says before anybody has asked.
        discussions[chatID] =
            (stored.isEmpty ? [ModelMessage("assistant", settings.startSentence)] : stored)
            + [ModelMessage("user", message), ModelMessage("assistant", reply)]
        var answer = success(
            PHPText.json(reply), more: #","extra":{"actions":[],"chatId":\#(PHPText.json(chatID))}"#, "POST")
        answer.headers = newSessionCookie(for: request) + answer.headers
        return answer
    }
}
