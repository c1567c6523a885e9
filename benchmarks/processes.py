"""Processes, as ``/proc`` and the kernel's accounts tell of them."""

from __future__ import annotations

import contextlib
import functools
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_PPID, _USER, _SYSTEM, _CHILDREN_USER, _CHILDREN_SYSTEM, _THREADS, _PAGES = (
    1,
    11,
    12,
    13,
    14,
    17,
    21,
)
"""Places in ``/proc/PID/stat``, counted after the name in brackets (proc(5))."""


@dataclass(frozen=True)
class Measured:
    """``wall`` and ``cpu`` (user and system, of the process and all that it started) in seconds;
    ``rss`` the largest of these processes at its largest, in MiB."""

    wall: float
    cpu: float
    rss: float
    exit: int


def measure(
    argv: Sequence[str], env: Mapping[str, str], log: Path, mine: Collection[int]
) -> Measured:
    """Run a command to its end. What it leaves running behind (a connection kept for later) is
    ended then, and its CPU counted; ``mine`` are the children that are none of its doing."""
    peak = log.with_suffix(".peak")
    with log.open("wb") as out:
        began = time.monotonic()
        process = subprocess.Popen(
            [*_small_parent(peak), *argv],
            env=dict(env), stdin=subprocess.DEVNULL, stdout=out, stderr=out,
        )  # fmt: skip
        _, status, used = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu = _seconds(used) + sum(_seconds(one) for one in _reap(mine))
    return Measured(wall, cpu, _peak(peak) / _unit() / 1024, process.returncode)


def _small_parent(peak: Path) -> Sequence[str]:
    """A process counts the memory of the one it was forked from as its own, up to its exec: so
    it has to be started by a smaller one than this interpreter."""
    return ("busybox", "time", "-f", "%M", "-o", str(peak))


def _peak(file: Path) -> int:
    return int(file.read_text("ascii").split()[-1])


@functools.cache
def _unit() -> int:
    """What this BusyBox multiplies KiB by: some take the kernel's KiB for pages of 4 KiB."""
    own = "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    with tempfile.NamedTemporaryFile() as file:
        argv = [*_small_parent(Path(file.name)), sys.executable, "-c", own]
        said = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
        return max(1, round(_peak(Path(file.name)) / int(said)))


def _seconds(used: resource.struct_rusage) -> float:
    return used.ru_utime + used.ru_stime


def _reap(mine: Collection[int]) -> Iterator[resource.struct_rusage]:
    """End the orphans, which this process inherits as the first of its namespace."""
    while strays := [pid for pid in children([os.getpid()]) if pid not in mine]:
        for pid in strays:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
            yield os.wait4(pid, 0)[2]


def children(parents: Collection[int]) -> list[int]:
    """The processes whose parent is one of these."""
    pids = [int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdecimal()]
    stats = {pid: _stat(pid) for pid in pids}
    return [pid for pid, stat in stats.items() if stat and int(stat[_PPID]) in parents]


def family(pid: int) -> list[int]:
    """A process and all that come from it; only itself where there is no ``/proc``."""
    found, young = [pid], [pid]
    while Path("/proc/self/stat").exists() and (young := children(young)):
        found += young
    return found


@dataclass(frozen=True)
class Size:
    """A process's threads, and its memory in MiB."""

    threads: int
    rss: float


def size_of(pid: int) -> Size:
    """Nothing where it is gone, or there is no ``/proc``."""
    stat = _stat(pid)
    if not stat:
        return Size(0, 0.0)
    return Size(int(stat[_THREADS]), int(stat[_PAGES]) * _PAGE / (1 << 20))


def files_of(pid: int) -> int:
    """Its open files and connections; 0 where it is gone, or there is no ``/proc``."""
    try:
        return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return 0


def cpu_of(pid: int) -> float:
    """CPU seconds of a process, without its children."""
    stat = _stat(pid)
    return (int(stat[_USER]) + int(stat[_SYSTEM])) / _TICKS if stat else 0.0


def cpu_of_ended_children(pid: int) -> float:
    """CPU seconds of the children that it has waited for, with all of theirs."""
    stat = _stat(pid)
    return (int(stat[_CHILDREN_USER]) + int(stat[_CHILDREN_SYSTEM])) / _TICKS if stat else 0.0


def _stat(pid: int) -> list[str]:
    """The fields after the name; none where the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return []


def listens(address: str, port: int) -> bool:
    """Whether somebody takes connections there."""
    try:
        socket.create_connection((address, port), timeout=1).close()
    except OSError:
        return False
    return True
