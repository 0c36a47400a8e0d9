/// What a stand-in site answers, before it is sent: an event of a stream, or a whole body, is one piece.
struct SiteAnswer: Sendable {
    var status = 200
    var contentType = "application/json; charset=UTF-8"
    /// Those that only this answer has, in order.
    var headers: [(name: String, value: String)] = []
    var pieces: [String]

    var isNotToBeCached: Bool { headers.contains { $0.name == "Cache-Control" } }

    static func json(_ status: Int = 200, _ body: String, headers: [(name: String, value: String)] = []) -> SiteAnswer {
        SiteAnswer(status: status, headers: headers, pieces: [body])
    }

    /// An error of WordPress itself.
    static func error(_ status: Int, _ code: String, _ message: String, more: String = "") -> SiteAnswer {
        let body =
            #"{"code":"\#(code)","message":\#(PHPText.json(message)),"data":{"status":\#(status)\#(more)}}"#
        return json(status, body)
    }

    static let noRoute = error(404, "rest_no_route", "No route was found matching the URL and request method.")
    static let forbidden = error(401, "rest_forbidden", "Sorry, you are not allowed to do that.")
    static let invalidJSON = error(
        400, "rest_invalid_json", "Invalid JSON body passed.",
        more: #","json_error_code":4,"json_error_message":"Syntax error""#)

    static var invalidNonce: SiteAnswer {
        var answer = error(403, "rest_cookie_invalid_nonce", "Cookie check failed")
        answer.headers = notToBeCached
        return answer
    }

    static var fatal: SiteAnswer {
        json(
            500,
            #"{"code":"internal_server_error","message":"<p>There has been a critical error on this website.<\/p>","#
                + #""data":{"status":500},"additional_errors":[]}"#)
    }

    static let notToBeCached = [
        (name: "Expires", value: "Wed, 11 Jan 1984 05:00:00 GMT"),
        (name: "Cache-Control", value: "no-cache, must-revalidate, max-age=0"),
    ]

    static func page(_ status: Int, _ html: String) -> SiteAnswer {
        SiteAnswer(status: status, contentType: "text/html; charset=UTF-8", pieces: [html])
    }
}
