#!/usr/bin/env python3
"""Fills the log database of `llm` with a data set, as the program itself would have logged it: its own migrations, its
own hashes of messages. Runs in the environment that llm is installed in.

  peer.py small.jsonl logs.db
"""
import json
import os
import sys

import sqlite_utils
from llm.logs import LogStore, message_hash
from llm.parts import Message, TextPart


def rows(chat):
    """What a chat is in the tables of llm, by table: a turn is a question with its answer."""
    messages, parts, turns, texts = [], [], [], []
    tip = None
    for number, said in enumerate(chat["messages"]):
        before = tip
        tip = message_hash(Message(role=said["role"], parts=[TextPart(text=said["content"])]), before)
        messages.append((tip, before, said["role"]))
        parts.append((tip, 0, "text", said["content"]))
        if said["role"] == "assistant":
            turn = f"{chat['id']}-{number:04}"
            turns.append((turn, chat["id"], before, tip, chat["model"], "{}", 1000, said["created_at"][:-1] + "+00:00"))
            texts.append((turn, chat["messages"][number - 1]["content"], said["content"]))
    threads = [(chat["id"], chat["title"], tip, chat["created_at"][:-1] + "+00:00")]
    return {"messages (hash, parent_hash, role)": messages,
            "parts (message_hash, position, type, text)": parts,
            "threads (id, name, tip_message_hash, datetime_utc)": threads,
            "turns (id, thread_id, parent_message_hash, tip_message_hash, model, options_json, duration_ms,"
            " datetime_utc)": turns,
            "turn_search (turn_id, prompt, response)": texts}


def main(source, target):
    if os.path.exists(target):
        sys.exit(f"{target} exists already")
    database = sqlite_utils.Database(target)
    LogStore(database)  # migrates it
    connection = database.conn
    connection.execute("PRAGMA synchronous = OFF")
    with connection, open(source, encoding="utf-8") as chats:
        for line in chats:
            for table, values in rows(json.loads(line)).items():
                marks = ", ".join("?" * (table.count(",") + 1))
                connection.executemany(f"INSERT INTO {table} VALUES ({marks})", values)
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:3])
