#!/usr/bin/env python3
"""How quickly a stream of AI Engine becomes text, against the loop that Python clients have, over the same bytes.

The stream is made by the workbench: live events of about 100 bytes, in several scripts, escaped as PHP does it. The loop
goes over the lines of bytes that are already in memory, takes those that begin with `data: `, reads their JSON and keeps
the text: what clients over aiohttp do, without its network.

  decoder.py --workbench .build/release/Workbench [--megabytes 32] [--results RESULTS.md]
"""
import argparse
import datetime
import io
import json
import platform
import statistics
import subprocess
import sys
import time

import results

RUNS = 5


def loop_time(stream):
    """CPU seconds of the loop."""
    start = time.process_time()
    texts = []
    for line in io.BytesIO(stream):
        if line.startswith(b"data: "):
            data = json.loads(line[6:])
            if data["type"] == "live":
                texts.append(data["data"])
    return time.process_time() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--workbench", required=True)
    parser.add_argument("--megabytes", type=int, default=32)
    parser.add_argument("--results")
    arguments = parser.parse_args()

    size = str(arguments.megabytes)
    stream = subprocess.run([arguments.workbench, "decoder-stream", size], check=True, stdout=subprocess.PIPE).stdout
    ours, loop = [], []
    for _ in range(RUNS):
        run = json.loads(subprocess.run([arguments.workbench, "decoder", size], check=True, stdout=subprocess.PIPE).stdout)
        assert run["bytes"] == len(stream)
        ours.append(run["seconds"])
        loop.append(loop_time(stream))

    least = 4  # times the loop; it is about five, less what a busy machine takes
    rows = [("a loop in Python", statistics.median(loop)), ("`AIEngineReply`", statistics.median(ours))]
    lines = [f"| {arguments.megabytes} MB of events, in pieces of 16 KiB | MB/s | events/s | ratio | at least |",
             "|---|---|---|---|---|"]
    for name, seconds in rows:
        ratio = rows[0][1] / seconds
        lines.append(f"| {name} | {run['bytes'] / seconds / 1e6:.0f} | {run['events'] / seconds:,.0f} | {ratio:.1f} |"
                     f" {'' if name == rows[0][0] else least} |")
    facts = results.machine() + [f"Python {platform.python_version()}",
                                 f"median of {RUNS} runs, user + system time, {datetime.date.today()}"]
    results.report("Decoding", lines, facts, arguments.results)
    sys.exit(1 if rows[0][1] / rows[1][1] < least else 0)


if __name__ == "__main__":
    main()
