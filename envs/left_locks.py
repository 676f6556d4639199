"""Clears locks of Snakemake that a killed run left behind, and never one whose run may be alive.

A lock names neither a process nor a host. Snakemake's logs name the host, and a run goes on writing its log when it has
its locks: so the owner of a lock is among the runs whose log is no older. If all of them were on this host, and no
process here is a run in this folder, the owner is dead. What cannot be told counts as alive.
"""

import os
import platform
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from messages import say

STATE = Path(".snakemake")


def main() -> None:
    locks = sorted((STATE / "locks").glob("*.lock"))
    try:
        if not locks or may_be_alive(locks):
            return
        for lock in locks:
            lock.unlink()
    except OSError:  # a run that lived just now removes its own
        return
    say("cleared the lock that a killed run left behind")


def may_be_alive(locks: list[Path]) -> bool:
    states = [lock.stat() for lock in locks]
    if any(state.st_uid != os.geteuid() for state in states):  # another user's processes cannot be looked into
        return True
    hosts = set(hosts_of_runs(since=min(state.st_mtime_ns for state in states)))
    return hosts != {platform.node()} or any(runs_here(process) for process in other_processes())


def hosts_of_runs(since: int) -> Iterator[str | None]:
    for log in (STATE / "log").glob("*.snakemake.log"):
        if log.stat().st_mtime_ns >= since:
            host = re.search(r"^  Host: (.+)$", log.read_text(errors="replace"), re.MULTILINE)
            yield host[1] if host else None


def other_processes() -> Iterator[Path]:
    ours = {str(os.getpid()), str(os.getppid())}
    return (path for path in Path("/proc").iterdir() if path.name.isdigit() and path.name not in ours)


def runs_here(process: Path) -> bool:
    try:
        return (process / "cwd").samefile(".") and (is_snakemake(process) or writes_log(process))
    except OSError:  # it ended, or it is another user's
        return False


def is_snakemake(process: Path) -> bool:
    return any(Path(word).name == "snakemake" for word in (process / "cmdline").read_text(errors="replace").split("\0"))


def writes_log(process: Path) -> bool:
    """As a run does that a program started by Snakemake's own functions; who only reads the log is no run."""
    return any(
        descriptor.lstat().st_mode & stat.S_IWUSR and str(descriptor.readlink()).endswith(".snakemake.log")
        for descriptor in (process / "fd").iterdir()
    )


if __name__ == "__main__":
    main()
