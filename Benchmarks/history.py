#!/usr/bin/env python3
"""What it costs to rebuild a history from the file, against C that copies the same messages out of plain tables.

Chats of 20 and of 10,000 messages, one after the other, in one process each; nothing is left out of a history, so that both
read the same. What the history builder takes where the usual limits hold stands below.

  history.py --parley .build/release/parley --workbench .build/release/Workbench [--data DIR] [--runs 5]
             [--results RESULTS.md]
"""
import argparse
import datetime
import json
import sqlite3
import statistics
import subprocess
import sys

import material
import results

MOST = 2  # times C, the way to the reader's thread and back apart
SIZES = [(20, 1000, 5000), (10_000, 20, 60)]  # messages a chat, chats, times


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--parley", required=True)
    parser.add_argument("--workbench", required=True)
    parser.add_argument("--data", default=".build/benchmarks")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--results")
    arguments = parser.parse_args()
    floor = material.floor(arguments.data)

    def measured(*command):
        return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)

    table = results.Table("a history, CPU µs", "C", "Parley, its thread's hop apart", "ratio", "at most", "with the hop",
                          "within the usual limits")
    for messages, chats, times in SIZES:
        stock = material.Material(arguments.data, arguments.parley, chats, messages)
        plain, ours = stock.plain(), stock.ours()
        runs = []
        for _ in range(arguments.runs):
            runs.append((measured(floor, "history", plain, str(messages), str(times)),
                         measured(arguments.workbench, "history", ours, str(times)),
                         measured(arguments.workbench, "history", ours, str(times), "standard")))
        assert all(whole["sent"] == messages for _, whole, _ in runs)

        def microseconds(what):
            return statistics.median(what(*run) for run in runs) * 1e6

        c = microseconds(lambda yardstick, whole, usual: yardstick["cpu"])
        apart = microseconds(lambda yardstick, whole, usual: whole["cpu"] - whole["hop_cpu"])
        title = f"of {messages:,} messages"
        table.row(title, f"{c:,.1f}", f"{apart:,.1f}", *table.most(apart / c, MOST, title),
                  f"{microseconds(lambda yardstick, whole, usual: whole['cpu']):,.1f}",
                  f"{microseconds(lambda yardstick, whole, usual: usual['cpu']):,.1f}")
    facts = results.machine() + [f"SQLite {sqlite3.sqlite_version}",
                                 f"median of {arguments.runs} runs in turn, {datetime.date.today()}"]
    results.report("Rebuilding a history", table.lines, facts, arguments.results)
    for text in table.missed:
        material.say(f"missed: {text}")
    sys.exit(1 if table.missed else 0)


if __name__ == "__main__":
    main()
