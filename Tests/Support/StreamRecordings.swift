/// The recordings that are streams, as those who recorded them counted: live events, and what ended them.
package enum StreamRecordings {
    package enum Ending: Sendable {
        case end, error, none
    }

    package static let counted: [String: (live: Int, ending: Ending)] = [
        "submit-aged-nonce-stream": (10, .end), "submit-aged-nonce-stream-error": (0, .error),
        "submit-stream-ok": (10, .end), "submit-stream-ok-with-cookies": (10, .end),
        "submit-stream-history-including-new-message": (10, .end), "submit-too-long-stream": (0, .error),
        "upstream-401-stream": (0, .error), "upstream-429-stream": (0, .error), "upstream-500-stream": (0, .error),
        "upstream-502html-stream": (0, .end), "upstream-die-early-stream": (0, .error),
        "upstream-die-chunked-stream": (4, .error), "upstream-error-in-stream-stream": (4, .end),
        "upstream-empty-stream": (0, .end), "limit-over-limit-stream": (0, .error),
        "limit-banned-ip-stream": (0, .error), "limit-moderation-stream": (0, .error),
        "events-event-logs-on": (11, .end), "events-embeddings": (11, .end), "events-error-empty": (0, .error),
        "noise-html-prefix-stream": (0, .error), "noise-php-warning-stream": (0, .error),
        "noise-midstream-html": (10, .end), "noise-empty-data-line": (9, .end), "noise-fatal-midstream": (3, .none),
        "infra-proxy-timeout-midstream": (4, .none), "infra-buffered-stream": (10, .end),
        "v1.9.88-stream-ok-no-nonce": (10, .end), "v1.9.88-unknown-bot-stream": (0, .error),
        "v2.1.5-stream-ok-page-nonce": (10, .end), "v2.4.9-stream-ok": (10, .end), "v2.8.4-stream-ok": (10, .end),
        "v2.8.4-images-mode-stream": (0, .end),
    ]
}
