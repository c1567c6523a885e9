"""Tells what a host is being asked while it is being asked, for a line of progress, and remembers
what it answered last, for an error about one of these answers."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

from ftlab.engine.wrappers.passed_on import PassedOn
from ftlab.model import Command, Completed
from ftlab.session import Heard, Session, StartedCommand

Working = Callable[[str, str], None]
"""Called with a host and what it is asked, in the thread that asks."""
Waiting = Callable[[str, str, float], AbstractContextManager[None]]
"""Entered around a wait: the host, what it waits for, and the seconds that it may last."""


def nobody_looks(_host: str, _what: str, _seconds: float) -> AbstractContextManager[None]:
    """A wait that is shown to nobody."""
    return nullcontext()


_WORDS = 3
_HEARD = 24


class BusySession(PassedOn):
    """A session that tells ``working`` what is asked, and keeps the last answers in ``heard``."""

    def __init__(self, session: Session, working: Working) -> None:
        super().__init__(session)
        self._working = working
        self.heard: deque[Completed] = deque(maxlen=_HEARD)

    def run(self, command: Command) -> Completed:
        self._tell([command])
        done = self._session.run(command)
        self.heard.append(done)
        return done

    def started(self, command: Command) -> AbstractContextManager[StartedCommand]:
        self._tell([command])
        return self._session.started(command)

    def run_all(self, commands: Sequence[Command]) -> list[Completed]:
        self._tell(commands)
        return self._heard(self._session.run_all(commands))

    def run_chain(self, commands: Sequence[Command], heard: Heard | None = None) -> list[Completed]:
        self._tell(commands)
        return self._heard(self._session.run_chain(commands, heard))

    def read(self, path: str) -> bytes:
        self._working(self.host.name, f"reads {path.rpartition('/')[2]}")
        return self._session.read(path)

    def write(self, path: str, data: bytes) -> None:
        self._working(self.host.name, f"writes {path.rpartition('/')[2]}")
        self._session.write(path, data)

    def _heard(self, done: list[Completed]) -> list[Completed]:
        self.heard.extend(done)
        return done

    def _tell(self, commands: Sequence[Command]) -> None:
        if commands:
            self._working(self.host.name, in_a_word(commands[0]))


def in_a_word(command: Command) -> str:
    """``get.config`` for ``vim-cmd vmsvc/get.config 12``; of other programs no argument, since a
    user's own command may hold a secret."""
    argv = command.argv[0].split(None, 1)[:1] if command.typed else command.argv
    program, *words = [each.rpartition("/")[2] or each for each in argv] or [""]
    if program == "vim-cmd" and words:
        return words[0]
    if program == "esxcli":
        return " ".join(["esxcli", *(w for w in words if not w.startswith("-"))][: _WORDS + 1])
    return program
