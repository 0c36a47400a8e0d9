"""What is measured on: data sets, and the files that they are loaded into. They are made where they are missing and kept."""
import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def say(text):
    print(text, file=sys.stderr, flush=True)


def made(path, make):
    """The file at this path. Where there is none `make` makes it, under another name until it is whole."""
    if not os.path.exists(path):
        say(f"making {path}")
        part = path + ".part"
        remove(part)
        make(part)
        os.rename(part, path)
    return path


def remove(path):
    for name in (path, path + "-wal", path + "-shm"):
        if os.path.exists(name):
            os.remove(name)


class Material:
    """The files of one size: so many chats of so many messages."""

    def __init__(self, folder, parley, chats, messages=20):
        self.parley, self.chats, self.messages = os.path.abspath(parley), chats, messages
        self.folder = os.path.join(os.path.abspath(folder), f"{chats}x{messages}")
        os.makedirs(self.folder, exist_ok=True)
        self.plain_path, self.ours_path = self.path("plain.db"), self.path("parley.db")
        # Nothing of the user's own is read or written.
        theirs = {name: value for name, value in os.environ.items() if not name.startswith(("PARLEY_", "XDG_"))}
        self.environment = dict(theirs, HOME=self.folder, PARLEY_DATABASE=self.ours_path, LLM_USER_PATH=self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def data(self):
        """The data set, a chat a line."""
        return made(self.path("data.jsonl"), lambda part: self.call(
            sys.executable, f"{HERE}/gen_dataset.py", "--chats", str(self.chats), "--messages", str(self.messages),
            "-o", part))

    def some_chats(self, count):
        """The ids of so many chats, from all over the data set."""
        step = max(self.chats // count, 1)
        with open(self.data(), encoding="utf-8") as chats:
            return [json.loads(line)["id"] for number, line in enumerate(chats) if number % step == step // 2][:count]

    def loading(self, target):
        return [sys.executable, f"{HERE}/load_plain.py", self.data(), target]

    def plain(self):
        """In the plain tables that the yardstick in C reads."""
        return made(self.plain_path, lambda part: self.call(*self.loading(part)))

    def importing(self, target):
        return [self.parley, "--quiet", "--database", target, "import", self.data()]

    def ours(self):
        """In a database of the program's own; one that an earlier version has made becomes one of this."""
        made(self.ours_path, lambda part: self.call(*self.importing(part)))
        self.call(self.parley, "--quiet", "db", "migrate")
        return self.ours_path

    def call(self, *command):
        subprocess.run(command, env=self.environment, check=True, stdout=subprocess.DEVNULL)


def floor(folder):
    """The yardstick in C."""
    source = f"{HERE}/floor.c"
    program = os.path.join(os.path.abspath(folder), "floor")
    if not os.path.exists(program) or os.path.getmtime(program) < os.path.getmtime(source):
        os.makedirs(folder, exist_ok=True)
        subprocess.run(["gcc", "-O2", "-o", program, source, "-lsqlite3"], check=True)
    return program


def peer(material, folder):
    """The program `llm` with the same data, or None where it cannot be had."""
    home = os.path.join(os.path.abspath(folder), "llm")
    program = os.path.join(home, "bin", "llm")
    if not os.path.exists(program):
        say("fetching llm from PyPI")
        shutil.rmtree(home, ignore_errors=True)
        try:
            subprocess.run([sys.executable, "-m", "venv", home], check=True, stdout=subprocess.DEVNULL)
            subprocess.run([os.path.join(home, "bin", "pip"), "install", "--quiet", "llm"], check=True)
        except (OSError, subprocess.CalledProcessError):
            shutil.rmtree(home, ignore_errors=True)
            say("llm cannot be had here: its rows stay out")
            return None
    made(material.path("logs.db"), lambda part: material.call(
        os.path.join(home, "bin", "python"), f"{HERE}/peer.py", material.data(), part))
    return program
