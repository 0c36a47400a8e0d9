"""The file of results: a section for each benchmark, each of which writes its own and leaves the others as they are."""
import os
import platform
import re
import subprocess

HEAD = "# Results\n\nMade by `Scripts/bench`.\n"


class Table:
    """Rows of figures, some of which have to keep within bounds."""

    def __init__(self, *head):
        self.lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
        self.missed = []

    def row(self, *cells):
        self.lines.append("| " + " | ".join(cells) + " |")

    def most(self, value, bound, what, digits=2):
        """Two cells: the value, and what it may be at most, if there is a bound."""
        if bound is not None and value > bound:
            self.missed.append(f"{what}: {value:.{digits}f}, at most {bound}")
        return f"{value:.{digits}f}", "" if bound is None else f"{bound}"

    def least(self, value, bound, what, digits=2):
        """Two cells: the value, and what it must be at least, if there is a bound."""
        if bound is not None and value < bound:
            self.missed.append(f"{what}: {value:.{digits}f}, at least {bound}")
        return f"{value:.{digits}f}", "" if bound is None else f"{bound}"


def machine():
    """What a figure depends on: processor, system, compiler."""
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    swift = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout.splitlines()
    return [f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.release()}",
            swift[0] if swift else "Swift: ?"]


def report(title, lines, facts, path):
    """Prints a table and the facts below it, and puts them into the file, if one is named, under their title."""
    section = f"## {title}\n\n" + "\n".join(lines) + "\n\n" + "".join(f"- {fact}\n" for fact in facts)
    print(section)
    if not path:
        return
    old = open(path, encoding="utf-8").read() if os.path.exists(path) else HEAD
    head, *sections = re.split(r"(?m)^(?=## )", old)
    titles = [text.splitlines()[0] for text in sections]
    sections = [text.rstrip("\n") + "\n" for text in sections]
    if f"## {title}" in titles:
        sections[titles.index(f"## {title}")] = section
    else:
        sections.append(section)
    with open(path, "w", encoding="utf-8") as out:
        out.write("\n".join([head.rstrip("\n") + "\n", *sections]))
