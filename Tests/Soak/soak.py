"""Streams opened, read, dropped, stalled and torn, and the service killed between, for some minutes; then everything that a
client was told is looked for in the database.

  soak.py --parley .build/release/parley [--seconds 60] [--streams 100] [--seed 1]

Ends with 1 where something was lost, a reply still counts as being written, or the service keeps memory or file handles that
it does not need.
"""
import argparse
import asyncio
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
# How much more memory the service may hold after many rounds than after the first, which fills caches. Of handles, as many as
# there are streams: those are connections to the upstream that wait to be used again.
SPARE_KIB = 24 * 1024
# For so long a reply whose writer was killed counts as being written, in seconds.
LEASE = 5


class Ledger:
    """What clients were told, and what may therefore not be missing."""

    def __init__(self):
        self.begun = {}  # response id -> tag
        self.completed = {}  # response id -> its whole text
        self.counts = {}
        self.faults = []

    def count(self, what):
        self.counts[what] = self.counts.get(what, 0) + 1


class Service:
    def __init__(self, arguments, folder, upstream):
        self.arguments, self.folder = arguments, folder
        self.database = f"{folder}/parley.db"
        with open(f"{folder}/config.yaml", "w") as file:
            file.write(f"providers:\n  up: {{kind: openai, url: \"http://127.0.0.1:{upstream}/v1\", model: words}}\n")
        self.environment = dict(
            os.environ, HOME=folder, PARLEY_DATABASE=self.database, PARLEY_CONFIG=f"{folder}/config.yaml",
            PARLEY_TOKEN="soak-" + "t" * 40)
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            [self.arguments.parley, "serve", "--port", "0", "--max-streams", "4096"], env=self.environment,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        # What it logs is read and dropped; the first line with an address tells the port.
        for line in self.process.stderr:
            if "http://" in line:
                self.port = int(line.split("http://")[1].split("/")[0].rsplit(":", 1)[1])
                break
        else:
            raise SystemExit(f"the service ended with {self.process.wait()}")
        threading.Thread(target=lambda: [None for _ in self.process.stderr], daemon=True).start()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)

    def held(self):
        """KiB of memory and open handles."""
        with open(f"/proc/{self.process.pid}/status") as file:
            memory = next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))
        return memory, len(os.listdir(f"/proc/{self.process.pid}/fd"))


async def stream(service, ledger, tag, random_, deed):
    """One response, streamed, and what its client does with it."""
    words, pause = random_.randrange(5, 60), random_.choice([0, 1, 5, 20])
    torn = " torn" if deed == "torn" else ""
    body = json.dumps({"model": "up", "input": f"{tag} {words} {pause}{torn}", "stream": True}).encode()
    head = (f"POST /v1/responses HTTP/1.1\r\nHost: 127.0.0.1:{service.port}\r\n"
            f"Authorization: Bearer {service.environment['PARLEY_TOKEN']}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n").encode()
    writer = None
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
        writer.write(head + body)
        await writer.drain()
        status = await reader.readline()
        if not status.startswith(b"HTTP/1.1 200"):
            ledger.count(f"status {status.split(b' ')[1].decode() if b' ' in status else 'none'}")
            return
        text, response, seen = "", None, 0
        patience = random_.randrange(1, 20)
        async for line in reader:
            if not line.startswith(b"data: {"):
                continue
            event = json.loads(line[6:])
            kind = event["type"]
            if kind == "response.created":
                response = event["response"]["id"]
                ledger.begun[response] = tag
            elif kind == "response.output_text.delta":
                text += event["delta"]
                seen += 1
                if deed == "drop" and seen >= patience:
                    ledger.count("dropped")
                    return
                if deed == "stall" and seen >= patience:
                    await asyncio.sleep(random_.random() * 3)
                    ledger.count("stalled")
                    deed = "read"
            elif kind == "response.completed":
                whole = event["response"]["output"][0]["content"][0]["text"]
                wanted = "".join(f"{tag}-{number} " for number in range(words))
                if not text == whole == wanted:
                    ledger.faults.append(f"{response}: {len(text)} characters streamed, {len(whole)} told, {len(wanted)} sent")
                ledger.completed[response] = whole
                ledger.count("completed")
            elif kind == "response.failed":
                ledger.count("failed")
    except (ConnectionError, asyncio.IncompleteReadError, OSError):
        ledger.count("cut")
    finally:
        if writer:
            writer.transport.abort()


async def round_(service, ledger, random_, number, until):
    """Streams beside one another for a while; new ones begin as others end."""
    waiting = set()
    made = 0
    while time.monotonic() < until:
        while len(waiting) < service.arguments.streams:
            deed = random_.choices(["read", "drop", "stall", "torn"], [5, 3, 1, 1])[0]
            waiting.add(asyncio.ensure_future(
                stream(service, ledger, f"r{number}s{made}", random.Random(random_.random()), deed)))
            made += 1
        _, waiting = await asyncio.wait(waiting, timeout=0.5, return_when=asyncio.FIRST_COMPLETED)
    return waiting


def check(service, ledger):
    """Everything that was told is on disk."""
    listed = json.loads(subprocess.run(
        [service.arguments.parley, "export", "--all"], env=service.environment, check=True, capture_output=True).stdout)
    messages = {}
    for chat in listed["chats"]:
        for message in chat["messages"]:
            messages[message["id"]] = message
            if message["status"] == "streaming":
                ledger.faults.append(f"{message['id']} still counts as being written")
    for response, tag in ledger.begun.items():
        reply = messages.get(response.removeprefix("resp_"))
        if reply is None:
            ledger.faults.append(f"{response} is not there")
            continue
        asked = messages.get(reply["parent"])
        if asked is None or not asked["content"].startswith(tag + " "):
            ledger.faults.append(f"{response}: what was asked is not there")
    for response, text in ledger.completed.items():
        reply = messages.get(response.removeprefix("resp_"))
        if reply is not None and (reply["status"] != "complete" or reply["content"] != text):
            ledger.faults.append(f"{response} was complete, and is {reply['status']} with {len(reply['content'])} characters")
    found = subprocess.run(
        [service.arguments.parley, "db", "check"], env=service.environment, capture_output=True, text=True)
    if found.returncode != 0:
        ledger.faults.append(f"db check: {found.stdout}{found.stderr}")
    connection = sqlite3.connect(service.database)
    pending = connection.execute("SELECT count(*) FROM provider_attempts WHERE outcome = 'pending'").fetchone()[0]
    print(f"{len(ledger.begun)} begun, {len(ledger.completed)} completed, {pending} attempts open, "
          + ", ".join(f"{count} {what}" for what, count in sorted(ledger.counts.items())))


async def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--parley", required=True)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--streams", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    random_ = random.Random(arguments.seed)
    ledger = Ledger()
    upstream = subprocess.Popen([sys.executable, f"{HERE}/upstream.py"], stdout=subprocess.PIPE, text=True)
    port = int(upstream.stdout.readline())
    try:
        with tempfile.TemporaryDirectory(prefix="parley-soak.") as folder:
            service = Service(arguments, folder, port)
            service.start()
            first = None
            # Rounds of a twelfth; every fourth ends with a kill, after the others what the service holds is looked at.
            for number in range(12):
                waiting = await round_(service, ledger, random_, number, time.monotonic() + arguments.seconds / 12)
                if number % 4 == 2:
                    service.kill()
                    killed_at = time.monotonic()
                    ledger.count("killed")
                    await asyncio.wait(waiting)
                    service.start()
                    first = None
                    continue
                if waiting:
                    await asyncio.wait(waiting)
                # Replies whose clients left go on; then all is quiet.
                for _ in range(100):
                    await asyncio.sleep(0.2)
                    memory, handles = service.held()
                    if first is None or handles <= first[1] + arguments.streams:
                        break
                print(f"round {number}: {memory} KiB, {handles} handles", flush=True)
                if first is None:
                    first = (memory, handles)
                elif handles > first[1] + arguments.streams:
                    ledger.faults.append(f"{handles} handles are open, {first[1]} were")
                elif memory > first[0] + SPARE_KIB:
                    ledger.faults.append(f"{memory} KiB are held, {first[0]} were")
            await asyncio.sleep(max(0, killed_at + LEASE + 1 - time.monotonic()))
            status = service.end()
            if status != 0:
                ledger.faults.append(f"the service ended with {status}")
            check(service, ledger)
    finally:
        upstream.kill()
    for fault in ledger.faults[:20]:
        print(f"parley: {fault}")
    sys.exit(1 if ledger.faults else 0)


asyncio.run(main())
