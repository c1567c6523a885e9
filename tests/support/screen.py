"""A program on a terminal of its own: everything it writes is on one screen, as wide as asked."""

from __future__ import annotations

import fcntl
import os
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from nursery import Copy, nursery

PATIENCE = 120.0
LIFE = 900.0
"""Seconds that a lab which is served may live: as long as all that is tried on it takes."""
COLORED = {"TERM": "xterm-256color"}
_OWN_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""
"""Ctrl-C on it is for this process and its children."""
_COLOR = re.compile(r"\x1b\[[0-9;]*m")
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r|\x07")


def has_color(text: str) -> bool:
    """Whether a style was put on a word: the end of one alone is no colour."""
    return any(found not in ("\x1b[m", "\x1b[0m") for found in _COLOR.findall(text))


def plain(text: str) -> str:
    """Without control sequences."""
    return _CONTROL.sub("", text)


class Screen:
    """``raw`` is all that was written so far."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        columns: int,
        env: Mapping[str, str],
        cwd: Path,
        copied: bool = False,
    ) -> None:
        self._ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        self.raw = ""
        env = {**COLORED, **env}
        self.process: subprocess.Popen[bytes] | Copy
        if copied:
            self.process = nursery.start(argv[1:], env, cwd, (theirs,) * 3, terminal=True)
        else:
            self.process = subprocess.Popen(
                [sys.executable, "-c", _OWN_TERMINAL, *argv],
                stdin=theirs, stdout=theirs, stderr=theirs, env=env, cwd=cwd,
                start_new_session=True,
            )  # fmt: skip
        os.close(theirs)
        self._open = True
        self._ends = time.monotonic() + LIFE

    def type(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def wait_until(self, there: Callable[[], bool]) -> None:
        """Until what is on the screen satisfies ``there``."""
        ends = time.monotonic() + PATIENCE
        while not there():
            assert self._open, f"it ended: {self.raw!r}"
            assert time.monotonic() < ends, f"not there: {self.raw!r}"
            self._read()

    def wait_for(self, text: str) -> None:
        self.wait_until(lambda: text in plain(self.raw))

    def goes_on(self) -> bool:
        """Whether it has not ended; reads what there is."""
        assert time.monotonic() < self._ends, f"no end: {self.raw!r}"
        if self._open:
            self._read()
        return self._open

    def end(self) -> int:
        """Its exit code, once it has ended and all is read."""
        ends = time.monotonic() + PATIENCE
        while self._open:
            assert time.monotonic() < ends, f"no end: {self.raw!r}"
            self._read()
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._ours)

    def _read(self) -> None:
        if not select.select([self._ours], [], [], 0.1)[0]:
            return
        try:
            read = os.read(self._ours, 65536)
        except OSError:  # EIO: the last one who had it open is gone
            read = b""
        self._open = bool(read)
        self.raw += read.decode("utf-8", "replace")


@contextmanager
def on_screen(
    argv: Sequence[str], *, columns: int, env: Mapping[str, str], cwd: Path, copied: bool = False
) -> Iterator[Screen]:
    """``copied``: ``argv`` is a call of ``ftlab``, for :mod:`nursery`."""
    screen = Screen(argv, columns=columns, env=env, cwd=cwd, copied=copied)
    try:
        yield screen
    finally:
        screen.close()
