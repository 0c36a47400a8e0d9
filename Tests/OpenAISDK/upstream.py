"""An OpenAI-compatible endpoint on this machine that fails in the ways that its models are named for."""

import http.server
import json
import sys
import threading

WORDS = ["Hello", " from", " up", "stream", " — ü 👋🏽"]
TEXT = "".join(WORDS)
MODELS = ["whole", "cut", "torn", "failing", "limited", "held"]


def event(value):
    return f"data: {json.dumps(value)}\n\n".encode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Opened by a test, for replies that wait for it.
    gate = threading.Event()

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        self.answer(200, {"object": "list", "data": [{"id": name, "object": "model"} for name in MODELS]})

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        model = request["model"]
        if model == "failing":
            return self.answer(500, {"error": {"message": "it broke", "type": "server_error"}})
        if model == "limited":
            return self.answer(429, {"error": {"message": "slow down", "type": "rate_limit"}}, {"Retry-After": "7"})
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        for number, word in enumerate(WORDS):
            self.chunk({"index": 0, "delta": {"content": word}, "finish_reason": None})
            if model == "torn" and number == 1:
                return
            if model == "held" and number == 1:
                self.gate.wait(30)
        reason = "length" if model == "cut" else "stop"
        self.chunk({"index": 0, "delta": {}, "finish_reason": reason})
        usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
        self.wfile.write(event({"id": "c", "object": "chat.completion.chunk", "choices": [], "usage": usage}))
        self.wfile.write(b"data: [DONE]\n\n")

    def chunk(self, choice):
        self.wfile.write(event({"id": "c", "object": "chat.completion.chunk", "choices": [choice]}))
        self.wfile.flush()

    def answer(self, status, value, headers={}):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, text in headers.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        # Whoever wants no more of a reply hangs up: that is no fault of ours.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Upstream:
    """Serves until it is closed, on a free port."""

    def __init__(self):
        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        Handler.gate.set()
        self.server.shutdown()
        self.server.server_close()
