#!/usr/bin/env python3
"""What whole runs of the program cost, against the sqlite3 shell answering `select 1` in the same run.

Makes a database of 1,000 chats of 20 messages (gen_dataset.py), runs each command and the reference in turn, and prints
the median CPU time (user + system) of a run, with the ratio to the reference's.

  startup.py --parley .build/release/parley [--chats 1000] [--runs 200] [--results RESULTS.md]
"""
import argparse
import datetime
import io
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile

import gen_dataset
import results

REFERENCE = ["sqlite3", ":memory:", "select 1"]
SEQ_BITS = 20  # as in Sources/Storage/MessageKey.swift


def milliseconds(stamp):
    return int(datetime.datetime.fromisoformat(stamp[:-1] + "+00:00").timestamp() * 1000)


def fill(path, chats):
    """Puts the data set into a database that the program has made."""
    data = io.StringIO()
    gen_dataset.generate(data, chats, 20, seed=20240601)
    connection = sqlite3.connect(path)
    with connection:
        for key, line in enumerate(data.getvalue().splitlines(), 1):
            chat = json.loads(line)
            messages = chat["messages"]
            connection.execute(
                "INSERT INTO chats (key, id, owner, title, title_folded, created_at, updated_at, provider, model, head,"
                " next_seq, message_count) VALUES (?, ?, 'local', ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (key, chat["id"], chat["title"], chat["title"].lower(), milliseconds(chat["created_at"]),
                 milliseconds(messages[-1]["created_at"]), chat["provider"], chat["model"], len(messages),
                 len(messages) + 1, len(messages)))
            connection.executemany(
                "INSERT INTO messages (key, parent, role, status, created_at, finished_at, content)"
                " VALUES (?, ?, ?, 'complete', ?, ?, ?)",
                [(key << SEQ_BITS | seq, seq - 1 or None, m["role"], milliseconds(m["created_at"]),
                  milliseconds(m["created_at"]), m["content"]) for seq, m in enumerate(messages, 1)])
    connection.close()


def cpu(command, environment):
    """CPU seconds of one run, its output thrown away."""
    nothing = os.open(os.devnull, os.O_RDWR)
    pid = os.posix_spawnp(
        command[0], command, environment, file_actions=[(os.POSIX_SPAWN_DUP2, nothing, number) for number in range(3)])
    os.close(nothing)
    _, status, usage = os.wait4(pid, 0)
    if status:
        sys.exit(f"{' '.join(command)} ended with status {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--parley", required=True)
    parser.add_argument("--chats", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--results")
    arguments = parser.parse_args()
    parley = os.path.abspath(arguments.parley)

    with tempfile.TemporaryDirectory() as folder:
        database = os.path.join(folder, "parley.db")
        environment = dict(os.environ, PARLEY_DATABASE=database, HOME=folder)
        subprocess.run([parley, "--quiet", "db", "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)
        fill(database, arguments.chats)
        subprocess.run([parley, "db", "check"], env=environment, check=True, stdout=subprocess.DEVNULL)
        # Most allowed: what a newcomer would call instant, and what must not creep up.
        rows = [("--version", ["--version"], 4.5), ("list", ["list"], 6), ("list --json", ["list", "--json"], 6),
                ("show last", ["show", "last"], None), ("db path", ["db", "path"], None)]
        times = {name: [] for name, _, _ in rows}
        reference = []
        for _ in range(arguments.runs):
            reference.append(cpu(REFERENCE, environment))
            for name, words, _ in rows:
                times[name].append(cpu([parley, *words], environment))

    base = statistics.median(reference)
    lines = [f"| command, {arguments.chats:,} chats of 20 messages | CPU ms | ratio | at most |", "|---|---|---|---|",
             f"| `sqlite3 :memory: 'select 1'` | {base * 1000:.2f} | 1 | |"]
    missed = False
    for name, _, most in rows:
        middle = statistics.median(times[name])
        missed |= most is not None and middle / base > most
        lines.append(f"| `parley {name}` | {middle * 1000:.2f} | {middle / base:.2f} | {most or ''} |")
    facts = results.machine() + [f"SQLite {sqlite3.sqlite_version}",f"median of {arguments.runs} runs, user + system time, {datetime.date.today()}"]
    results.report("Starting up", lines, facts, arguments.results)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
