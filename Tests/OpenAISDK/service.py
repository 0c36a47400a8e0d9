"""The real program as a service with a database of its own, for the tests beside this file."""

import os
import pathlib
import re
import subprocess
import tempfile

import openai
from upstream import Upstream

KEY = "parley_conformance-key-of-the-tests"


class Service:
    """`parley serve` on a free port, and what it takes to ask it."""

    def __init__(self, parley):
        self.parley = os.path.abspath(parley)
        self.home = tempfile.TemporaryDirectory()
        self.upstream = Upstream()
        folder = pathlib.Path(self.home.name, ".config/parley")
        folder.mkdir(parents=True)
        (folder / "config.yaml").write_text(
            f'providers:\n  up: {{kind: openai, url: "http://127.0.0.1:{self.upstream.port}/v1", model: whole}}\n')
        self.environment = {"HOME": self.home.name, "PATH": os.environ["PATH"], "PARLEY_TOKEN": KEY}
        self.process = subprocess.Popen(
            [self.parley, "serve", "--port", "0"], env=self.environment, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True)
        said = []
        for line in self.process.stderr:
            said.append(line)
            if found := re.search(r"listening on (http://\S+)", line):
                self.url = found[1]
                break
        else:
            self.process.wait()
            raise RuntimeError("the service did not start: " + "".join(said))
        # What it logs is read, so that it never waits for us.
        self.log = open(pathlib.Path(self.home.name, "log"), "w+")
        self.reader = subprocess.Popen(["cat"], stdin=self.process.stderr, stdout=self.log)

    def client(self, **options):
        """Strict: what does not fit the SDK's types is an error."""
        options = {"base_url": self.url, "api_key": KEY, "max_retries": 0, "timeout": 60,
                   "_strict_response_validation": True} | options
        return openai.OpenAI(**options)

    def run(self, *arguments):
        """Another run of the program on the same database."""
        return subprocess.run(
            [self.parley, *arguments], env=self.environment, capture_output=True, text=True, timeout=60, check=True
        ).stdout

    def close(self):
        """Ends the service as a system would; gives its exit status and what it logged."""
        self.process.terminate()
        status = self.process.wait(60)
        self.reader.wait(60)
        self.log.seek(0)
        log = self.log.read()
        self.log.close()
        self.upstream.close()
        self.home.cleanup()
        return status, log


class Shared:
    """What all the tests ask; set by whoever runs them."""

    service: Service = None
