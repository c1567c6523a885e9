"""Processes, as ``/proc`` and the kernel's accounts tell of them."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import socket
import subprocess
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PPID, _CHILDREN_USER, _CHILDREN_SYSTEM = 1, 13, 14
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
    with log.open("wb") as out:
        began = time.monotonic()
        process = subprocess.Popen(
            argv, env=dict(env), stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu = _seconds(used) + sum(_seconds(one) for one in _reap(mine))
    return Measured(wall, cpu, used.ru_maxrss / 1024, process.returncode)


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
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal() and (stat := _stat(int(folder.name))):
            if int(stat[_PPID]) in parents:
                found.append(int(folder.name))
    return found


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
