"""What is said to a host and what it answers, for those who want to see it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from ftlab.engine.wrappers.passed_on import PassedOn
from ftlab.errors import FtlabError
from ftlab.esxi.veil import veiled
from ftlab.frozen import frozen
from ftlab.model import Command, Completed, Host, Secret
from ftlab.regex import regex
from ftlab.session import Heard, Session, StartedCommand

COMMANDS, OUTPUT = 1, 2
"""How much is wanted: what was said, or what was answered, too."""
MOST = 64 * 1024
"""Bytes of an answer that are looked at for secrets; less of it is shown."""


@frozen(slots=True)
class Traced:
    """One remote command, secrets veiled. Without an ``exit`` there was no answer, and ``error``
    says why. One of several in an exec has a ``place`` (``2 of 5``), and its ``seconds`` are the
    exec's. ``stdin`` counts bytes; of long outputs only the beginning is there."""

    host: str
    command: str
    exit: int | None
    seconds: float
    place: str = ""
    stdin: int = 0
    stdout: str = ""
    stderr: str = ""
    error: str = ""


T = TypeVar("T")
Tell = Callable[[Traced], None]


@frozen
class Trace:
    """Who is told, how much (0: nothing), and which ``secrets`` are known so far."""

    tell: Tell
    level: int = 0
    secrets: Callable[[], Iterable[str]] = tuple

    def session(self, session: Session) -> Session:
        """A session that tells of what it does, if anything is to be told."""
        return TracedSession(session, self) if self.level else session

    def veiled(self, text: str) -> str:
        return veiled(text, self.secrets())

    def hand_on(self, traced: Traced) -> None:
        """Tell what another process has traced, which knows fewer secrets."""
        self.tell(
            replace(
                traced,
                command=self.veiled(traced.command),
                stdout=self.veiled(traced.stdout),
                stderr=self.veiled(traced.stderr),
                error=self.veiled(traced.error),
            )
        )


NO_TRACE = Trace(lambda _traced: None)
_SECRET_NAME = regex(r"pass|secret|token", re.IGNORECASE)


def inventory_secrets(hosts: Iterable[Host]) -> frozenset[str]:
    """The passwords that an inventory holds, also those that are not ftlab's."""
    found = {host.password.reveal() for host in hosts if host.password is not None}
    found |= {
        each.reveal() if isinstance(each, Secret) else str(each)
        for host in hosts
        for name, each in host.variables.items()
        if is_secret_name(name)
    }
    return frozenset(found)


def is_secret_name(name: str) -> bool:
    """Whether an inventory variable of this name holds a secret."""
    return bool(_SECRET_NAME.search(name)) and not name.endswith(("_file", "_command"))


class TracedSession(PassedOn):
    """A session that tells of every command."""

    def __init__(self, session: Session, trace: Trace) -> None:
        super().__init__(session)
        self._trace = trace

    def run(self, command: Command) -> Completed:
        return self.run_all([command])[0]

    @contextmanager
    def started(self, command: Command) -> Iterator[StartedCommand]:
        """Told of once: its answer, or that nobody waited for it any longer."""
        began = time.monotonic()
        with self._session.started(command) as running:
            traced = TracedRunning(running)
            try:
                yield traced
            finally:
                if traced.done is not None:
                    self._tell(traced.done, traced.done.seconds)
                else:
                    words = self._trace.veiled(traced.error or "not waited for any longer")
                    self._note(command, time.monotonic() - began, error=words)

    def run_all(self, commands: Sequence[Command]) -> list[Completed]:
        done = self._timed(commands, lambda: self._session.run_all(commands))[0]
        for each in done:
            self._tell(each, each.seconds)
        return done

    def run_chain(self, commands: Sequence[Command], heard: Heard | None = None) -> list[Completed]:
        done, seconds = self._timed(commands, lambda: self._session.run_chain(commands, heard))
        for number, each in enumerate(done, 1):
            place = f"{number} of {len(commands)}" if len(commands) > 1 else ""
            self._tell(each, seconds, place)
        return done

    def read(self, path: str) -> bytes:
        command = Command(("cat", path))
        data, seconds = self._timed([command], lambda: self._session.read(path))
        self._tell(Completed(command, 0, data), seconds)
        return data

    def write(self, path: str, data: bytes) -> None:
        command = Command(("dd", f"of={path}"), stdin=data)
        _, seconds = self._timed([command], lambda: self._session.write(path, data))
        self._tell(Completed(command, 0), seconds)

    def _timed(self, commands: Sequence[Command], work: Callable[[], T]) -> tuple[T, float]:
        """The result of ``work``, and how long it took; an error is told of each command."""
        began = time.monotonic()
        try:
            result = work()
        except FtlabError as error:
            seconds = time.monotonic() - began
            for command in commands:
                self._note(command, seconds, error=self._trace.veiled(error.message))
            raise
        return result, time.monotonic() - began

    def _tell(self, done: Completed, seconds: float, place: str = "") -> None:
        shown: dict[str, str] = {}
        if self._trace.level >= OUTPUT:
            shown = {"stdout": self._text(done.stdout), "stderr": self._text(done.stderr)}
        self._note(done.command, seconds, exit=done.exit, place=place, **shown)

    def _note(self, command: Command, seconds: float, **more: Any) -> None:
        words = self._trace.veiled(str(command))
        exit_status = more.pop("exit", None)
        self._trace.tell(
            Traced(self.host.name, words, exit_status, seconds, stdin=len(command.stdin), **more)
        )

    def _text(self, output: bytes) -> str:
        """Before it is cut: half a secret is no longer known as one."""
        return self._trace.veiled(output[:MOST].decode("utf-8", "surrogateescape"))


class TracedRunning:
    """Implements :class:`ftlab.session.StartedCommand` by another one, and remembers its end."""

    def __init__(self, running: StartedCommand) -> None:
        self._running = running
        self.done: Completed | None = None
        self.error = ""

    @property
    def alone(self) -> bool:
        return self._running.alone

    def wait(self, seconds: float) -> Completed | None:
        try:
            self.done = self._running.wait(seconds)
        except FtlabError as error:
            self.error = error.message
            raise
        return self.done

    def said(self, out: int, err: int) -> tuple[bytes, bytes]:
        return self._running.said(out, err)
