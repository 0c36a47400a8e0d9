#!/usr/bin/env python3
"""What it takes to bring in, find and take away a million messages: whole processes, against the same work in C on plain
tables (floor.c), in Python (load_plain.py) and in the program `llm`, where that can be had.

Takes ten minutes and 9 GB of disk the first time; what is made is kept for the next.

  million.py --parley .build/release/parley [--data DIR] [--chats 50000] [--runs 3] [--starts 40] [--no-peer]
             [--results RESULTS.md]
"""
import argparse
import datetime
import os
import sqlite3
import sys

import material
import measuring
import results
import startup

# In one message of 20,000, of 2,000, of ten, and in most: see gen_dataset.py.
RARE, UNCOMMON, FREQUENT, COMMONEST = "zyzzyvax", "quokka", "migration", "the"
NOWHERE = "nosuchwordqq"


class Million:
    def __init__(self, arguments):
        self.parley = os.path.abspath(arguments.parley)
        self.material = material.Material(arguments.data, self.parley, arguments.chats)
        self.runs, self.starts, self.results = arguments.runs, arguments.starts, arguments.results
        self.floor = material.floor(arguments.data)
        self.peer = None if arguments.no_peer else material.peer(self.material, arguments.data)
        self.messages = f"{arguments.chats * self.material.messages:,} messages"
        self.missed = []

    def run(self, *command, output=os.devnull):
        return measuring.run(list(command), self.material.environment, output)

    def report(self, title, table, *facts):
        self.missed += [f"{title}: {text}" for text in table.missed]
        size = f"{self.messages} in {self.material.chats:,} chats (gen_dataset.py)"
        results.report(title, table.lines,
                       [size, *facts, *results.machine(), f"SQLite {sqlite3.sqlite_version}", str(datetime.date.today())],
                       self.results)

    # Bringing them in

    def bring_in(self):
        def into(path, command):
            material.remove(path)
            done = self.run(*command)
            return done

        plain, ours = self.material.plain_path, self.material.ours_path
        done = measuring.in_turn({
            "plain": lambda: into(plain, self.material.loading(plain)),
            "ours": lambda: into(ours, self.material.importing(ours)),
        }, self.runs)
        table = results.Table(f"{self.messages}, with an index of words", "CPU s", "ratio", "at most", "peak MiB", "at most")
        base = done["plain"].cpu
        table.row("Python's `json` and `sqlite3`", f"{base:.1f}", "1", "", f"{done['plain'].peak:.0f}", "")
        ratio = table.most(done["ours"].cpu / base, 1.3, "CPU")
        peak = table.most(done["ours"].peak, 200, "peak", digits=0)
        table.row("`parley import`", f"{done['ours'].cpu:.1f}", *ratio, *peak)
        self.report("Bringing in a million messages", table, f"median of {self.runs} runs in turn, user + system time")

    # Taking them away

    def take_away(self):
        output = self.material.path("output")
        export = [self.parley, "export", "--all", "--format"]
        commands = {
            "C": [self.floor, "export", self.material.plain_path],
            "jsonl": [*export, "jsonl"],
            "json": [*export, "json"],
        }
        # Once to a file, to see how much it is; what the disk takes is not what is measured.
        size = {name: self.run(*command, output=output).written for name, command in commands.items()}
        done = measuring.in_turn(
            {name: lambda command=command: self.run(*command) for name, command in commands.items()}, self.runs)
        if self.peer:  # It takes two minutes.
            done["llm"] = self.run(self.peer, "logs", "list", "-n", "0", "--json", output=output)
            size["llm"] = done["llm"].written
        material.remove(output)

        table = results.Table(f"{self.messages}, to `/dev/null`", "MB", "CPU s", "MB a CPU second", "ratio", "at least",
                              "peak MiB", "at most")
        titles = {"C": "C", "jsonl": "`parley export --format jsonl`", "json": "`parley export --format json`",
                  "llm": "`llm logs list -n 0 --json`"}
        speeds = {name: size[name] / 1e6 / run.cpu for name, run in done.items()}
        for name, run in done.items():
            is_ours = name in ("jsonl", "json")
            ratio = table.least(speeds[name] / speeds["C"], 1 if is_ours else None, name)
            peak = table.most(run.peak, 40 if is_ours else None, f"peak of {name}", digits=0)
            table.row(titles[name], f"{size[name] / 1e6:,.0f}", f"{run.cpu:.2f}", f"{speeds[name]:,.0f}", *ratio, *peak)
        self.report("Taking away a million messages", table, f"median of {self.runs} runs in turn, user + system time")

    # Finding one of them

    def find(self):
        """Short runs of whole programs, where starting counts as much as finding."""
        database = self.material.plain_path
        chat = self.material.some_chats(1)[0]
        kinds = [  # what, words of parley, at most times the reference, words of the yardstick, words of llm
            ("say the version", ["--version"], 4.5, None, ["--version"]),
            ("list 20 chats", ["list"], 6, ["list", database], ["logs", "list", "-n", "20"]),
            ("show a chat", ["show", chat], 6, ["show", database, chat], ["logs", "list", "--cid", chat, "-n", "0"]),
            ("a word that is nowhere", ["search", NOWHERE], None, ["recent", database, NOWHERE],
             ["logs", "list", "-n", "20", "-q", NOWHERE, "--latest"]),
            (f"a rare word, `{RARE}`", ["search", RARE], 6, ["recent", database, RARE],
             ["logs", "list", "-n", "20", "-q", RARE, "--latest"]),
            (f"an uncommon word, `{UNCOMMON}`", ["search", UNCOMMON], None, ["recent", database, UNCOMMON],
             ["logs", "list", "-n", "20", "-q", UNCOMMON, "--latest"]),
            (f"a frequent word, `{FREQUENT}`, newest first", ["search", FREQUENT], 8, ["recent", database, FREQUENT],
             ["logs", "list", "-n", "20", "-q", FREQUENT, "--latest"]),
            (f"a frequent word, `{FREQUENT}`, by rank", ["search", "--by-rank", FREQUENT], None, ["search", database, FREQUENT],
             ["logs", "list", "-n", "20", "-q", FREQUENT]),
            (f"the commonest word, `{COMMONEST}`, by rank", ["search", "--by-rank", COMMONEST], None,
             ["search", database, COMMONEST], ["logs", "list", "-n", "20", "-q", COMMONEST]),
        ]
        measures = {"reference": lambda: self.run(*startup.REFERENCE)}
        for what, ours, _, yardstick, _ in kinds:
            measures[what] = lambda words=ours: self.run(self.parley, *words)
            if yardstick:
                measures["C: " + what] = lambda words=yardstick: self.run(self.floor, *words)
        done = measuring.in_turn(measures, self.starts)
        if self.peer:
            theirs = {what: lambda words=words: self.run(self.peer, *words) for what, _, _, _, words in kinds}
            done.update({"llm: " + what: run for what, run in measuring.in_turn(theirs, self.runs).items()})

        base = done["reference"].cpu
        table = results.Table("whole processes, CPU ms", "parley", "times `select 1`", "at most", "C", "times C", "llm")
        table.row("`sqlite3 :memory: 'select 1'`", f"{base * 1000:.2f}", "1", "", "", "", "")
        for what, _, most, yardstick, _ in kinds:
            cpu = done[what].cpu
            beside = ["", ""]
            if yardstick:
                c = done["C: " + what].cpu
                beside = [f"{c * 1000:.2f}", f"{cpu / c:.2f}"]
            theirs = f"{done['llm: ' + what].cpu * 1000:,.0f}" if self.peer else ""
            table.row(what, f"{cpu * 1000:.2f}", *table.most(cpu / base, most, what), *beside, theirs)
        facts = f"median of {self.starts} runs in turn, user + system time" + (f"; of llm, {self.runs}" if self.peer else "")
        self.report("Finding one of a million messages", table, facts)
        self.rank({name: run.cpu * 1000 for name, run in done.items()}, facts)

    def rank(self, milliseconds, facts):
        """Ranking alone: what a whole process takes, less what one takes that looks for a word that is nowhere."""
        nowhere = "a word that is nowhere"
        table = results.Table("the best of the newest 10,000 hits, CPU ms, starting apart", "parley", "at most", "C",
                              "times C", "at most")
        for word, most, times in ((FREQUENT, None, 1.2), (COMMONEST, 100, None)):
            whole = next(name for name in milliseconds if f"`{word}`" in name and name.endswith("by rank"))
            ours = milliseconds[whole] - milliseconds[nowhere]
            c = milliseconds["C: " + whole] - milliseconds["C: " + nowhere]
            # With all that is around it.
            if most and milliseconds[whole] > most:
                table.missed.append(f"{whole}: {milliseconds[whole]:.0f} ms, at most {most}")
            table.row(f"`{word}`", f"{ours:.2f}", f"{most or ''}", f"{c:.2f}", *table.most(ours / c, times, whole))
        self.report("Ranking a million messages", table, facts)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--parley", required=True)
    parser.add_argument("--data", default=".build/benchmarks")
    parser.add_argument("--chats", type=int, default=50_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--starts", type=int, default=40)
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--only", choices=["bring-in", "take-away", "find"], help="one table instead of all three")
    parser.add_argument("--results")
    arguments = parser.parse_args()
    million = Million(arguments)
    million.material.data()
    if arguments.only in (None, "bring-in"):
        million.bring_in()
    million.material.plain()
    million.material.ours()
    if arguments.only in (None, "take-away"):
        million.take_away()
    if arguments.only in (None, "find"):
        million.find()
    for text in million.missed:
        material.say(f"missed: {text}")
    sys.exit(1 if million.missed else 0)


if __name__ == "__main__":
    main()
