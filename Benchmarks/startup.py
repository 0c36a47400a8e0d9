#!/usr/bin/env python3
"""What whole runs of the program cost, against the sqlite3 shell answering `select 1` in the same run.

Has a database of 1,000 chats of 20 messages (gen_dataset.py), runs each command and the reference in turn, and prints
the median CPU time (user + system) of a run, with the ratio to the reference's.

  startup.py --parley .build/release/parley [--data DIR] [--chats 1000] [--runs 200] [--results RESULTS.md]
"""
import argparse
import datetime
import os
import sqlite3
import statistics
import sys

import material
import measuring
import results

REFERENCE = ["sqlite3", ":memory:", "select 1"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--parley", required=True)
    parser.add_argument("--data", default=".build/benchmarks")
    parser.add_argument("--chats", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--results")
    arguments = parser.parse_args()
    parley = os.path.abspath(arguments.parley)

    stock = material.Material(arguments.data, parley, arguments.chats)
    stock.ours()
    environment = stock.environment
    # Most allowed: what a newcomer would call instant, and what must not creep up.
    rows = [("--version", ["--version"], 4.5), ("list", ["list"], 6), ("list --json", ["list", "--json"], 6),
            ("show last", ["show", "last"], None), ("db path", ["db", "path"], None)]
    times = {name: [] for name, _, _ in rows}
    reference = []
    for _ in range(arguments.runs):
        reference.append(measuring.run(REFERENCE, environment).cpu)
        for name, words, _ in rows:
            times[name].append(measuring.run([parley, *words], environment).cpu)

    base = statistics.median(reference)
    lines = [f"| command, {arguments.chats:,} chats of 20 messages | CPU ms | ratio | at most |", "|---|---|---|---|",
             f"| `sqlite3 :memory: 'select 1'` | {base * 1000:.2f} | 1 | |"]
    missed = False
    for name, _, most in rows:
        middle = statistics.median(times[name])
        missed |= most is not None and middle / base > most
        lines.append(f"| `parley {name}` | {middle * 1000:.2f} | {middle / base:.2f} | {most or ''} |")
    facts = results.machine() + [f"SQLite {sqlite3.sqlite_version}", f"median of {arguments.runs} runs, user + system time, {datetime.date.today()}"]
    results.report("Starting up", lines, facts, arguments.results)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
