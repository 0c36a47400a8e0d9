#!/usr/bin/env python3
"""What it costs to keep an exchange, against the very same statements in C.

An exchange is a message, an open reply, ten checkpoints of it and its end: twelve transactions, each on the disk before
the next. The workbench and the C program (exchange.c) append in turn to copies of a database of 1,000 chats of 20 messages,
index included.

  exchange.py --parley .build/release/parley --workbench .build/release/Workbench [--data DIR] [--count 300] [--runs 9]
              [--results RESULTS.md]
"""
import argparse
import datetime
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile

import material
import results


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--parley", required=True)
    parser.add_argument("--workbench", required=True)
    parser.add_argument("--data", default=".build/benchmarks")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--results")
    arguments = parser.parse_args()

    ours, reference = [], []
    with tempfile.TemporaryDirectory() as folder:
        database = material.Material(arguments.data, arguments.parley, 1000).ours()
        copy = os.path.join(folder, "copy.db")
        by_hand = os.path.join(folder, "exchange")
        source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "exchange.c")
        subprocess.run(["gcc", "-O2", "-o", by_hand, source, "-lsqlite3"], check=True)
        for _ in range(arguments.runs):
            for command, into in (([by_hand], reference), ([arguments.workbench, "exchange"], ours)):
                shutil.copy(database, copy)
                run = subprocess.run([*command, copy, str(arguments.count)], check=True, stdout=subprocess.PIPE)
                into.append(json.loads(run.stdout))

    def microseconds(runs, what):
        return statistics.median(what(run) for run in runs) / arguments.count * 1e6

    rows = [("C", microseconds(reference, lambda run: run["cpu"]), microseconds(reference, lambda run: run["wall"]), ""),
            ("the store, its thread's hops apart", microseconds(ours, lambda run: run["cpu"] - run["hop_cpu"]),
             microseconds(ours, lambda run: run["wall"] - run["hop_wall"]), 1.5),
            ("the store", microseconds(ours, lambda run: run["cpu"]), microseconds(ours, lambda run: run["wall"]), "")]
    lines = ["| an exchange of 12 transactions, among 20,000 messages | CPU µs | wall µs | ratio of CPU | of wall | at most |",
             "|---|---|---|---|---|---|"]
    missed = False
    for name, cpu, wall, most in rows:
        ratio = cpu / rows[0][1]
        missed |= most != "" and ratio > most
        lines.append(f"| {name} | {cpu:,.0f} | {wall:,.0f} | {ratio:.2f} | {wall / rows[0][2]:.2f} | {most} |")
    facts = results.machine() + [f"SQLite {sqlite3.sqlite_version}",
                                 f"median of {arguments.runs} runs of {arguments.count} exchanges each,"
                                 f" {datetime.date.today()}"]
    results.report("Keeping an exchange", lines, facts, arguments.results)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
