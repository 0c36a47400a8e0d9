#!/usr/bin/env python3
"""What it takes to tell how two providers did, from the attempts of 90 days: whole processes, against `parley list` on the
same file. Each window ends now, so the file is made anew where it is older than an hour; of 5,000,000 attempts that takes two
minutes and 2 GB.

  health.py --parley .build/release/parley [--data DIR] [--attempts 5000000] [--runs 30] [--results RESULTS.md]
"""
import argparse
import datetime
import os
import shutil
import sqlite3
import sys
import time

import material
import measuring
import results

DAYS = 90
FRESH = 3600  # seconds
# The size that the bounds are for.
FULL = 5_000_000
# What is asked for, at most times `list`, and at most ms of CPU.
COMMANDS = [
    (["health"], 3, None),
    (["health", "--since", "7d"], None, None),
    (["health", "--since", "30d"], None, None),
    (["health", "--since", "90d"], None, 100),
    (["health", "--json"], 3, None),
    (["health", "latency", "blog"], 3, None),
    (["health", "history"], 1.5, None),
    (["health", "history", "--outcome", "torn"], 1.5, None),
    (["health", "incidents"], 1.5, None),
]


def database(arguments):
    """A database of chats with the attempts of the last days, and what its making took of disk."""
    stock = material.Material(arguments.data, arguments.parley, 1000)
    path = stock.path(f"attempts-{arguments.attempts}.db")
    if os.path.exists(path) and time.time() - os.path.getmtime(path) > FRESH:
        material.remove(path)

    def make(part):
        shutil.copyfile(stock.ours(), part)
        stock.call(sys.executable, f"{material.HERE}/gen_attempts.py", part, "--count", str(arguments.attempts),
                   "--days", str(DAYS))

    material.made(path, make)
    return path, dict(stock.environment, PARLEY_DATABASE=path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--parley", required=True)
    parser.add_argument("--data", default=".build/benchmarks")
    parser.add_argument("--attempts", type=int, default=FULL)
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--results")
    arguments = parser.parse_args()
    parley = os.path.abspath(arguments.parley)

    path, environment = database(arguments)
    measures = {"list": lambda: measuring.run([parley, "list"], environment)}
    for words, _, _ in COMMANDS:
        measures[" ".join(words)] = lambda words=words: measuring.run([parley, *words], environment)
    done = measuring.in_turn(measures, arguments.runs)

    base = done["list"].cpu
    table = results.Table("whole processes", "CPU ms", "at most", "times `list`", "at most",
                          "peak MiB")
    table.row("`parley list`", f"{base * 1000:.2f}", "", "1", "", f"{done['list'].peak:.0f}")
    for words, times, milliseconds in COMMANDS:
        name = " ".join(words)
        run = done[name]
        table.row(f"`parley {name}`", *table.most(run.cpu * 1000, milliseconds, name), *table.most(run.cpu / base, times, name),
                  f"{run.peak:.0f}")
    facts = [f"of two providers over {DAYS} days (gen_attempts.py), {os.path.getsize(path) / 1e6:,.0f} MB with 1,000 chats",
             *results.machine(), f"SQLite {sqlite3.sqlite_version}",
             f"median of {arguments.runs} runs in turn, user + system time, {datetime.date.today()}"]
    results.report(f"Telling how providers did, of {arguments.attempts:,} attempts", table.lines, facts, arguments.results)
    for text in table.missed:
        material.say(f"missed: {text}")
    sys.exit(1 if table.missed else 0)


if __name__ == "__main__":
    main()
