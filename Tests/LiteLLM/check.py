"""Holds conversations with a real OpenAI-compatible server, LiteLLM's proxy, by the real program.

Run by Scripts/check-litellm. Ends with a line that counts, and with 1 where something is not as it should be.
"""

import argparse
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

KEY = "sk-parley-test-key"
REPLY = "Hello from a mock. Привет, 世界 😀 - whole to the end."
CONFIGURATION = """
providers:
  mock: {{kind: openai, url: "http://127.0.0.1:{port}/v1", model: mock, api_key_env: LITELLM_TEST_KEY}}
  whole: {{kind: openai, url: "http://127.0.0.1:{port}/v1", model: mock, api_key_env: LITELLM_TEST_KEY, stream: false}}
  first: {{kind: openai, url: "http://127.0.0.1:{port}/v1", api_key_env: LITELLM_TEST_KEY}}
  limited: {{kind: openai, url: "http://127.0.0.1:{port}/v1", model: limited, api_key_env: LITELLM_TEST_KEY}}
  broken: {{kind: openai, url: "http://127.0.0.1:{port}/v1", model: broken, api_key_env: LITELLM_TEST_KEY}}
  unknown: {{kind: openai, url: "http://127.0.0.1:{port}/v1", model: nobody, api_key_env: LITELLM_TEST_KEY}}
  wrong-key: {{kind: openai, url: "http://127.0.0.1:{port}/v1", model: mock, api_key_env: WRONG_KEY}}
"""


class Checks:
    def __init__(self, parley, port):
        self.parley, self.port, self.passed, self.failed = parley, port, 0, 0
        self.home = tempfile.TemporaryDirectory()
        folder = pathlib.Path(self.home.name, ".config/parley")
        folder.mkdir(parents=True)
        (folder / "config.yaml").write_text(CONFIGURATION.format(port=port))

    def run(self, *arguments):
        environment = {
            "HOME": self.home.name, "PATH": os.environ["PATH"], "LITELLM_TEST_KEY": KEY, "WRONG_KEY": "sk-wrong-key",
        }
        return subprocess.run([self.parley, *arguments], env=environment, capture_output=True, text=True, timeout=120)

    def expect(self, what, condition, outcome):
        if condition:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED: {what}\n  {outcome.returncode} {outcome.stdout} {outcome.stderr}", file=sys.stderr)

    def all(self):
        for provider in ["mock", "whole", "first"]:
            outcome = self.run("chat", "--provider", provider, "--json", "Hello")
            exchange = json.loads(outcome.stdout)
            reply = exchange["reply"]
            self.expect(f"{provider} answers", reply["content"] == REPLY and outcome.returncode == 0, outcome)
            self.expect(f"{provider} finishes", reply.get("finish_reason") == "stop", outcome)
            self.expect(f"{provider} counts tokens", reply.get("usage", {}).get("output_tokens", 0) > 0, outcome)
            self.expect(f"{provider} has a model", reply.get("model") == "mock", outcome)
            outcome = self.run("resume", "last", "--json", "And now?")
            exchange = json.loads(outcome.stdout)
            self.expect(f"{provider} goes on", exchange["history"]["sent"] == 3, outcome)

        for provider, code, outcome_name, tries in [
            ("limited", "rate_limited", "rate_limited", 1), ("broken", "http_500", "http_5xx", 3),
            ("unknown", "http_400", "http_4xx", 1),
            # Without a database of keys it refuses a wrong one so, and not with 401.
            ("wrong-key", "http_400", "http_4xx", 1),
        ]:
            outcome = self.run("chat", "--provider", provider, "--json", "Hello")
            exchange = json.loads(outcome.stdout)
            self.expect(f"{provider} fails", outcome.returncode == 69 and exchange["reply"]["status"] == "failed", outcome)
            self.expect(f"{provider} says why", exchange["reply"]["error"]["code"] == code, outcome)
            outcomes = [attempt["outcome"] for attempt in exchange["attempts"]]
            self.expect(f"{provider} is counted", outcomes == [outcome_name] * tries, outcome)
            self.expect(f"{provider} tells no key", KEY not in outcome.stdout and "sk-wrong-key" not in outcome.stdout, outcome)

        outcome = self.run("chat", "--provider", "limited,mock", "--json", "Hello")
        exchange = json.loads(outcome.stdout)
        self.expect("the next answers", exchange["reply"]["provider"] == "mock" and outcome.returncode == 0, outcome)
        outcome = self.run("providers", "test", "mock", "--json")
        self.expect("the probe finds it", outcome.returncode == 0 and "mock" in outcome.stdout, outcome)
        outcome = self.run("providers", "test", "wrong-key")
        self.expect("the probe is refused", outcome.returncode == 69, outcome)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_alive(port, server):
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/liveliness", timeout=5).read()
            return
        except OSError:
            time.sleep(0.5)
    sys.exit("the server did not start")


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--parley", required=True)
    options.add_argument("--litellm", required=True)
    options = options.parse_args()
    port = free_port()
    configuration = pathlib.Path(__file__).with_name("litellm.yaml")
    server = subprocess.Popen(
        [options.litellm, "--config", str(configuration), "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_alive(port, server)
        checks = Checks(os.path.abspath(options.parley), port)
        checks.all()
    finally:
        server.terminate()
        server.wait()
    print(f"{checks.passed} passed, {checks.failed} failed")
    sys.exit(1 if checks.failed else 0)


main()
