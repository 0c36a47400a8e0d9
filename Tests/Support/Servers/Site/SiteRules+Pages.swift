extension SiteRules {
    /// Pages for people: one has the widget.
    func page(for request: LoopbackRequest, at path: String) -> SiteAnswer {
        guard request.method == "GET" else { return .page(404, "<h1>404 Not Found</h1>") }
        var page: SiteAnswer =
            switch path {
            case settings.page: .page(200, widgetPage)
            case "", "/": .page(200, "<!doctype html><html><head><title>home</title></head><body></body></html>\n")
            default: .page(404, "<!doctype html><html><head><title>404</title></head><body></body></html>\n")
            }
        page.headers = [linkHeader]
        return page
    }

    private var widgetPage: String {
        let nonce = version.hasNonceInPage ? "\"\(nonces.current)\"" : "null"
        let session = version.hidesSessionInPage ? "null" : #""N\/A""#
        let system =
            #"{"botId":"default","customId":null,"userData":null,"sessionId":\#(session),"restNonce":\#(nonce),"#
            + #""contextId":4,"restUrl":\#(PHPText.json(home + "/wp-json")),"stream":true}"#
        let parameters =
            #"{"aiName":"AI: ","userName":"User: ","mode":"chat","textInputMaxLength":\#(settings.textInputMaxLength),"#
            + #""startSentence":\#(PHPText.json(settings.startSentence)),"localMemory":true}"#
        return """
            <!doctype html><html><head><title>chat</title></head><body><div class='mwai-chatbot-container' \
            data-params='\(PHPText.attribute(parameters))' data-system='\(PHPText.attribute(system))' \
            data-theme='{&quot;type&quot;:&quot;internal&quot;}'></div>
            </body></html>

            """
    }

    /// The routes of a namespace with the method of each, as WordPress lists them.
    func index(of namespace: String, routes: [String: String]) -> SiteAnswer {
        let name = PHPText.json(namespace)
        var entries = [entry(namespace, namespace, "GET", arguments: #"{"namespace":{"default":\#(name)}}"#)]
        for (path, method) in routes.sorted(by: { $0.key < $1.key }) {
            entries.append(entry(namespace, namespace + "/" + path, method, arguments: "[]"))
        }
        let up = PHPText.json(home + "/wp-json/")
        return .json(
            200,
            #"{"namespace":\#(name),"routes":{\#(entries.joined(separator: ","))},"_links":{"up":[{"href":\#(up)}]}}"#,
            headers: [("Allow", "GET")])
    }

    private func entry(_ namespace: String, _ path: String, _ method: String, arguments: String) -> String {
        #"\#(PHPText.json("/" + path)):{"namespace":\#(PHPText.json(namespace)),"methods":["\#(method)"],"#
            + #""endpoints":[{"methods":["\#(method)"],"args":\#(arguments)}],"#
            + #""_links":{"self":[{"href":\#(PHPText.json(home + "/wp-json/" + path))}]}}"#
    }
}
