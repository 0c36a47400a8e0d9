#!/usr/bin/env python3
"""Fills a database of the program's own with attempts of two providers, evenly over so many days until now, and with what is
reckoned up of them: hours with their histograms, how each provider stands, and incidents. This is written anew from the
description of the tables (Migrations/0005_provider_health.sql, and the doc comment of LatencyHistogram), not from the program, which has to read it.

  gen_attempts.py DATABASE [--count 5000000] [--days 90] [--seed 1]
"""
import argparse
import collections
import random
import sqlite3
import time

PROVIDERS = ("blog", "endpoint")
MODELS = {"blog": None, "endpoint": "large"}
HOUR = 3_600_000
# Of attempts outside of incidents: outcome, who is to blame, status, out of 1,000.
ENDINGS = [("ok", "none", 200, 955), ("cancelled", "caller", 200, 15), ("timeout_first_byte", "provider", None, 8),
           ("rate_limited", "limit", 429, 8), ("torn", "provider", 200, 6), ("rejected", "caller", 200, 4),
           ("http_5xx", "provider", 503, 4)]
# In them.
BROKEN = [("http_5xx", "provider", 503, 700), ("unreachable", "provider", None, 200), ("timeout_connect", "provider", None, 100)]
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


def ulid(milliseconds, number):
    """In order of time, and of number within a millisecond; as long as a ULID."""
    text = ""
    for _ in range(10):
        text = LETTERS[milliseconds & 31] + text
        milliseconds >>= 5
    return f"{text}{number:016d}"


def bucket(milliseconds):
    """Sixteen equal steps to each doubling, each millisecond by itself below 32."""
    if milliseconds < 32:
        return max(milliseconds, 0)
    octave = milliseconds.bit_length() - 5  # 1 from 32 on
    return octave * 16 + (milliseconds >> octave)


def histogram(buckets):
    """Pairs of variable-length integers, the lowest seven bits first: distance from the bucket before, and count."""
    out, last = bytearray(), 0
    for number in sorted(buckets):
        for value in (number - last, buckets[number]):
            while value > 127:
                out.append(value & 127 | 128)
                value >>= 7
            out.append(value)
        last = number
    return bytes(out)


class Stock:
    def __init__(self, count, days, seed, now, chats):
        self.count, self.now, self.start, self.chats = count, now, now - days * 24 * HOUR, chats
        self.random = random.Random(seed)
        self.hours = collections.Counter()
        self.first_text, self.duration = (collections.defaultdict(collections.Counter) for _ in range(2))
        self.incidents = {provider: [] for provider in PROVIDERS}
        self.recent = {provider: collections.deque(maxlen=10) for provider in PROVIDERS}
        self.good_at, self.error, self.first_at = {}, {}, {}
        # A day or so apart, some minutes to hours long; none in the last day's last hour, so that all end.
        self.breaks = {provider: self.some_breaks() for provider in PROVIDERS}

    def some_breaks(self):
        breaks, at = [], self.start
        while True:
            at += int(self.random.expovariate(1 / (30 * HOUR)))
            length = min(int(self.random.lognormvariate(13.5, 1)), 4 * HOUR)
            if at + length > self.now - HOUR:
                return breaks
            breaks.append((at, at + length))
            at += length

    def rows(self):
        """The attempts, the oldest first; what is reckoned up grows beside them."""
        draw, gauss = self.random.random, self.random.gauss
        usual = [ending[:3] for ending in ENDINGS for _ in range(ending[3])]
        broken = [ending[:3] for ending in BROKEN for _ in range(ending[3])]
        centre = {"blog": 1200, "endpoint": 350}
        apart = (self.now - self.start) / self.count
        for number in range(self.count):
            at = self.start + int((number + draw()) * apart)
            provider = PROVIDERS[draw() < 0.5]
            breaks = self.breaks[provider]
            while breaks and breaks[0][1] <= at:
                breaks.pop(0)
            is_broken = bool(breaks) and breaks[0][0] <= at
            outcome, fault, status = (broken if is_broken else usual)[int(draw() * 1000)]
            chat = self.chats[int(draw() * len(self.chats))]
            first_text = None
            # e to a normal spread of 0.4: nine of ten within twice the centre.
            text_at = int(centre[provider] * 2.718281828 ** gauss(0, 0.4)) + 1
            duration = text_at + int(4000 * draw() * draw())
            if status == 200:
                first_text = text_at
            row_id = ulid(at, number)
            self.reckon(row_id, provider, at, outcome, fault, status, chat, first_text, duration)
            error = None if outcome == "ok" else outcome
            yield (row_id, provider, MODELS[provider], "chat", "local", chat, 2, 1, "bench", at, outcome, fault, status,
                   7, text_at - 1 if status else None, first_text, duration, 40, None, 2000, 40, 1800, error,
                   None if error is None else "What the other side said of it.")

    def reckon(self, row_id, provider, at, outcome, fault, status, chat, first_text, duration):
        self.first_at.setdefault(provider, at)
        key = (provider, at // HOUR, "chat", outcome, fault)
        self.hours[key] += 1
        if outcome == "ok":
            self.first_text[key][bucket(first_text)] += 1
            self.duration[key][bucket(duration)] += 1
            self.good_at[provider] = at + duration
        elif fault != "caller":
            self.error[provider] = (at + duration, row_id, outcome, status)
        if outcome != "ok" and fault != "provider":
            return
        verdict = (row_id, at, "chat", outcome, status, chat)
        run, incidents = self.recent[provider], self.incidents[provider]
        run.append(verdict)
        is_open = bool(incidents) and incidents[-1]["ended"] is None
        if outcome == "ok" and is_open:
            incidents[-1]["ended"] = at + duration
        elif outcome != "ok" and is_open:
            incidents[-1]["faults"].append(verdict)
        elif len(run) >= 3 and all(one[3] != "ok" for one in list(run)[-3:]):
            incidents.append({"ended": None, "faults": list(run)[-3:]})


def write(database, stock):
    # The indexes are made at the end: that is faster, and leaves them as if they had grown in order.
    indexes = database.execute(
        "select name, sql from sqlite_master where type = 'index' and tbl_name = 'provider_attempts' and sql is not null"
    ).fetchall()
    for name, _ in indexes:
        database.execute(f"drop index {name}")
    database.executemany(
        """insert into provider_attempts (id, provider, model, kind, owner, chat, message, attempt, process, started_at,
             outcome, fault, http_status, connect_ms, first_byte_ms, first_text_ms, duration_ms, max_gap_ms, retry_after_ms,
             bytes_in, chunks, text_bytes, error_code, error_text)
           values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)""", stock.rows())
    for _, sql in indexes:
        database.execute(sql)
    for key in sorted(stock.hours):
        is_good = key in stock.duration
        database.execute(
            "insert into provider_hours (provider, hour, kind, outcome, fault, n, first_text, duration) values (?,?,?,?,?,?,?,?)",
            (*key, stock.hours[key], histogram(stock.first_text[key]) if is_good else None,
             histogram(stock.duration[key]) if is_good else None))
    for provider in PROVIDERS:
        at, attempt, outcome, status = stock.error[provider]
        recent = " ".join(f"{one}:{start}:{kind}:{how}:{'' if code is None else code}"
                          for one, start, kind, how, code, _ in stock.recent[provider])
        database.execute(
            """insert into provider_conditions (provider, circuit, changed_at, opened, good, first_at, ok_at, error_at,
                 error_attempt, error_outcome, error_status, recent) values (?,'closed',?,0,0,?,?,?,?,?,?,?)""",
            (provider, stock.start, stock.first_at[provider], stock.good_at[provider], at, attempt, outcome, status, recent))
        for incident in stock.incidents[provider]:
            write_incident(database, provider, incident)


def write_incident(database, provider, incident):
    faults = incident["faults"]
    key = database.execute(
        """insert into provider_incidents (provider, started_at, ended_at, attempts, chats, first_attempt, last_attempt)
           values (?,?,?,?,?,?,?)""",
        (provider, faults[0][1], incident["ended"], len(faults), len({fault[5] for fault in faults}), faults[0][0],
         faults[-1][0])).lastrowid
    for (outcome, status), count in collections.Counter((fault[3], fault[4] or 0) for fault in faults).items():
        database.execute("insert into incident_causes (incident, outcome, http_status, n) values (?,?,?,?)",
                         (key, outcome, status, count))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("database")
    parser.add_argument("--count", type=int, default=5_000_000)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    database = sqlite3.connect(arguments.database, isolation_level=None)
    for setting in ("synchronous = off", "journal_mode = off", "cache_size = -200000"):
        database.execute(f"pragma {setting}")
    chats = [row[0] for row in database.execute("select id from chats order by key")]
    database.execute("begin")
    write(database, Stock(arguments.count, arguments.days, arguments.seed, int(time.time() * 1000), chats))
    database.execute("commit")
    database.execute("pragma journal_mode = wal")
    database.close()


if __name__ == "__main__":
    main()
