"""The ``ftlab`` command as a person meets it: standard input and stderr are a terminal."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from cli_runner import Cli, Ran

PATIENCE = 40.0
_OWN_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
"""Ctrl-C on it is for this process and its children."""
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r|\x07")


class Terminal:
    """One call on a terminal of its own; stdout is a pipe, so that the result is seen alone."""

    def __init__(self, cli: Cli, argv: tuple[str, ...], env: Mapping[str, str]) -> None:
        self._argv = argv
        self._ours, self._theirs = os.openpty()
        self.screen = ""
        self.process = subprocess.Popen(
            [sys.executable, "-c", _OWN_TERMINAL, *cli.program, *argv],
            stdin=self._theirs, stdout=subprocess.PIPE, stderr=self._theirs,
            env={**cli.env, "TERM": "xterm", **env}, cwd=cli.home, start_new_session=True,
        )  # fmt: skip

    @property
    def text(self) -> str:
        """What was written, without control sequences."""
        return _CONTROL.sub("", self.screen)

    @property
    def echoes(self) -> bool:
        return bool(termios.tcgetattr(self._theirs)[3] & termios.ECHO)

    def wait_for(self, text: str, times: int = 1) -> None:
        """Until this is on the screen so many times."""
        self.wait_until(lambda: self.text.count(text) >= times, text)

    def wait_for_question(self, text: str) -> None:
        """The same, and what is typed is not echoed."""
        self.wait_until(lambda: text in self.text and not self.echoes, text)

    def type(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def end(self, code: int) -> Ran:
        """Its end, which leaves the terminal as it was."""
        assert self.process.stdout is not None
        out = self.process.stdout.read().decode()
        self.process.wait(PATIENCE)
        self._read(0)
        assert self.echoes, self.screen
        assert self.process.returncode == code, self.screen + out
        return Ran(self._argv, code, out, self.text)

    def hang_up(self) -> None:
        """The window is closed, the laptop asleep: nothing can be written there any more."""
        os.close(self._ours)
        self._ours = os.open(os.devnull, os.O_RDONLY)

    def last_words(self) -> tuple[int, str, str]:
        """The end of a command that has no terminal any more: exit code, stdout, nothing."""
        out, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out.decode(), ""

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
        os.close(self._ours)
        os.close(self._theirs)

    def wait_until(self, there: Callable[[], bool], text: str) -> None:
        """Until this is so; ``text`` says what."""
        ends = time.monotonic() + PATIENCE
        while not there():
            assert time.monotonic() < ends, f"no {text!r}: {self.screen!r}"
            self._read(0.02)

    def _read(self, wait: float) -> None:
        while select.select([self._ours], [], [], wait)[0]:
            self.screen += os.read(self._ours, 65536).decode("utf-8", "replace")


@contextmanager
def on_terminal(cli: Cli, *argv: str, env: Mapping[str, str] | None = None) -> Iterator[Terminal]:
    terminal = Terminal(cli, argv, env or {})
    try:
        yield terminal
    finally:
        terminal.close()
