#!/usr/bin/env python3
"""What the same commands take when there is more and more: at 20,000 and at a million messages, and at five millions where
that is asked for. Reading a chat, going on with it and finding something rare have to cost the same.

Five millions take a quarter of an hour and 12 GB of disk the first time; what is made is kept for the next.

  growth.py --parley .build/release/parley [--data DIR] [--five-million] [--runs 30] [--results RESULTS.md]
"""
import argparse
import datetime
import itertools
import sqlite3
import sys

import material
import measuring
import results

MOST = 1.5  # times what it takes at the smallest size
RARE = "quokka"  # see gen_dataset.py


def commands(stock, runs):
    """The runs to measure, by name."""
    # Each goes on with another chat, so that none grows longer than chats are.
    chats = itertools.cycle(stock.some_chats(runs))
    read = stock.some_chats(1)[0]

    def run(*words):
        return measuring.run([stock.parley, *words], stock.environment)

    return {
        "list": lambda: run("list"),
        "show": lambda: run("show", read),
        "resume, a message to Eliza": lambda: run("--quiet", "resume", next(chats), "--provider", "eliza", "Go on"),
        "search, a rare word": lambda: run("search", RARE),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--parley", required=True)
    parser.add_argument("--data", default=".build/benchmarks")
    parser.add_argument("--five-million", action="store_true")
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--results")
    arguments = parser.parse_args()

    sizes = [1_000, 50_000] + ([250_000] if arguments.five_million else [])
    stocks = [material.Material(arguments.data, arguments.parley, chats) for chats in sizes]
    measures = {}
    for stock in stocks:
        stock.ours()
        for name, measure in commands(stock, arguments.runs).items():
            measures[stock.chats, name] = measure
    done = measuring.in_turn(measures, arguments.runs)

    table = results.Table("whole processes, CPU ms", *(f"{chats * 20:,} messages" for chats in sizes),
                          "largest to smallest", "at most")
    for name in commands(stocks[0], arguments.runs):
        times = [done[chats, name].cpu * 1000 for chats in sizes]
        table.row(f"`parley` {name}", *(f"{time:.2f}" for time in times), *table.most(times[-1] / times[0], MOST, name))
    facts = results.machine() + [f"SQLite {sqlite3.sqlite_version}",
                                 f"median of {arguments.runs} runs in turn, user + system time, {datetime.date.today()}"]
    results.report("Growing", table.lines, facts, arguments.results)
    for text in table.missed:
        material.say(f"missed: {text}")
    sys.exit(1 if table.missed else 0)


if __name__ == "__main__":
    main()
