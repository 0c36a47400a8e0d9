"""What a whole run of a program takes."""
import os
import statistics
import sys
import typing


class Run(typing.NamedTuple):
    cpu: float  # seconds, user and system
    peak: float  # MiB of memory at most; not below what the runner itself has, some 20
    written: int  # bytes of its standard output, where that is a file


def run(command, environment, output=os.devnull):
    """One run, to its end. Where it fails, so does the measuring."""
    nothing = os.open(os.devnull, os.O_RDWR)
    out = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    pid = os.posix_spawnp(
        command[0], command, environment,
        file_actions=[(os.POSIX_SPAWN_DUP2, nothing, 0), (os.POSIX_SPAWN_DUP2, out, 1),
                      (os.POSIX_SPAWN_DUP2, nothing, 2)])
    _, status, usage = os.wait4(pid, 0)
    written = os.fstat(out).st_size
    os.close(nothing)
    os.close(out)
    if status:
        sys.exit(f"{' '.join(command)} ended with status {os.waitstatus_to_exitcode(status)}")
    return Run(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, written)


def in_turn(measures, runs):
    """The middle of so many runs of each, by name: a round has one of each, so that what disturbs the machine for a while
    disturbs all of them.

    `measures` are functions by name, each of which makes a run.
    """
    all_runs = {name: [] for name in measures}
    for _ in range(runs):
        for name, measure in measures.items():
            all_runs[name].append(measure())
    return {name: Run(statistics.median(run.cpu for run in done), max(run.peak for run in done), done[-1].written)
            for name, done in all_runs.items()}
