"""Hosts that cost this machine little, as real hosts do, which bring CPUs of their own.

``light.c`` is a real SSH server whose commands answer from memory: with what a host of
:class:`~fleet.Fleet` answered to the same tool, as slowly as that host did when it was alone.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import record_shell
from fleet import SSH, move_in, move_out
from hostfiles import address_of
from namespace import VMFS

_HERE = Path(__file__).parent
_PORT = 22


@dataclass(frozen=True)
class Recording:
    """What one host was asked by a tool, and answered, as ``light.c`` reads it. A tool that does
    two things at once may send them in one command or another: ``counts`` is how many commands a
    run may have."""

    commands: tuple[bytes, ...]
    counts: frozenset[int]

    def __add__(self, other: Recording) -> Recording:
        """Also what only the other one has."""
        known = list(map(_alike, self.commands))
        more = []
        for command in other.commands:
            kind = _alike(command)
            if kind in known:
                known.remove(kind)
            else:
                more.append(command)
        return Recording((*self.commands, *more), self.counts | other.counts)


def _alike(command: bytes) -> bytes:
    """The same for commands that differ in names made anew in each run."""
    size = int(command.split(maxsplit=2)[1])
    text = command.partition(b"\n")[2][:size]
    return re.sub(rb"[0-9a-f]", b"0", text)


#: By tool, work and latency.
Recordings = dict[tuple[str, str, str], Recording]


def missing() -> str:
    """Why there can be no such hosts here; empty where there can."""
    if not shutil.which("cc"):
        return "light hosts need a C compiler"
    header = Path("/usr/include/libssh/server.h")
    return "" if header.is_file() else "light hosts need libssh's header (libssh-dev)"


def recorder() -> Path:
    """The login shell that records, made."""
    shell = VMFS / "record"
    script = f'#!/bin/sh\nexec {sys.executable} -I {record_shell.__file__} "$@"\n'
    shell.write_text(script, "ascii")
    shell.chmod(0o755)
    record_shell.FOLDER.mkdir()
    return shell


def record(run: Callable[[], str]) -> Recording:
    """What the one host of a fleet with :func:`recorder` as its shell is asked and answers while
    a tool runs. Raises ``RuntimeError`` if ``run`` tells of a problem."""
    for file in record_shell.FOLDER.iterdir():
        file.unlink()
    if problem := run():
        raise RuntimeError(f"nothing to record: {problem}")
    files = sorted(record_shell.FOLDER.iterdir())
    return Recording(tuple(file.read_bytes() for file in files), frozenset({len(files)}))


@dataclass(frozen=True)
class _Host:
    address: str


class Light:
    """``size`` such hosts, with the interface of :class:`~fleet.Fleet`; all are one process."""

    kind = "light"

    def __init__(self, size: int, home: Path, recordings: Recordings) -> None:
        self.hosts: Sequence[_Host] = [_Host(address_of(number)) for number in range(1, size + 1)]
        self.home = home
        self._recordings, self._latency, self._commands = recordings, "none", frozenset[str]()
        self._server: subprocess.Popen[str] | None = None
        self._cpu = 0.0

    @property
    def addresses(self) -> list[str]:
        return [host.address for host in self.hosts]

    def __enter__(self) -> Light:
        move_in(self.home, self.addresses, Path("/bin/sh"))
        build = ["cc", "-O2", "-pthread", "-o", SSH / "light", _HERE / "light.c", "-lssh"]
        subprocess.run(build, check=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._end()
        move_out()

    def set_latency(self, name: str) -> None:
        """Whose recordings are answered from."""
        self._latency = name

    def reset(self, name: str, work: str) -> None:
        """Every host as before any run of this tool."""
        self._end()
        recording = self._recordings[name, work, self._latency]
        self._commands = frozenset(f"{count} 0" for count in recording.counts)
        (SSH / "recording").write_bytes(b"".join(recording.commands))
        files = (SSH / "host_key", SSH / "authorized_keys", SSH / "recording")
        with (self.home / "light.log").open("ab") as log:
            self._server = subprocess.Popen(
                [SSH / "light", *files, str(_PORT)], stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self._server.stdout is not None  # noqa: S101 - it is a pipe
        if self._server.stdout.readline() != "Ready\n":
            raise RuntimeError("the light hosts do not listen")

    def settle(self) -> None:
        """Nothing of them outlives a connection."""

    def wrong(self, _work: str) -> str:
        """Whose host was not asked all that the recorded one was, each once, and nothing else."""
        said = dict(line.split(maxsplit=1) for line in self._end().splitlines())
        told = {one: said.get(one, "nothing") for one in self.addresses}
        bad = {one: what for one, what in told.items() if what not in self._commands}
        want = " or ".join(sorted(self._commands))
        first = "".join(f"{one}: {what}, not {want}" for one, what in list(bad.items())[:1])
        return f"{len(bad)} hosts, {first}" if bad else ""

    def _end(self) -> str:
        """End the server; what it told of its hosts."""
        if self._server is None:
            return ""
        assert self._server.stdout is not None  # noqa: S101 - it is a pipe
        self._server.send_signal(signal.SIGTERM)
        said = self._server.stdout.read()
        _, status, used = os.wait4(self._server.pid, 0)
        self._server.returncode = os.waitstatus_to_exitcode(status)
        self._server.stdout.close()
        self._cpu += used.ru_utime + used.ru_stime
        self._server = None
        return said

    def cpu(self) -> float:
        """CPU seconds of the runs that have ended."""
        return self._cpu

    @property
    def pids(self) -> set[int]:
        """The processes that are the fleet's own."""
        return {self._server.pid} if self._server else set()
