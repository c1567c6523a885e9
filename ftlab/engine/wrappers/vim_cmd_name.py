"""The name of ``vim-cmd`` on a host: 3i and ESX 4.0 have ``vmware-vim-cmd`` only (4.1 has both).

Sources: lamw/ghettoVCB issue 16, apache/vcl VIM_SSH.pm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from ftlab.engine.wrappers.passed_on import PassedOn
from ftlab.frozen import frozen
from ftlab.model import Command, Completed
from ftlab.session import Heard, Session, StartedCommand

NAME, OLD_NAME = "vim-cmd", "vmware-vim-cmd"
_NOT_FOUND = 127


class VimCmdName(PassedOn):
    """A session that calls ``vim-cmd`` by the name that its host has: found out by the first call
    that a shell does not find, and remembered. That call did nothing, so it is safe to repeat."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._is_old = False

    def run(self, command: Command) -> Completed:
        return self._settled(command, self._session.run(self._named(command)))

    @contextmanager
    def started(self, command: Command) -> Iterator[StartedCommand]:
        with self._session.started(self._named(command)) as running:
            yield _Renamed(running, partial(self._settled, command))

    def run_all(self, commands: Sequence[Command]) -> list[Completed]:
        found = self._session.run_all([self._named(each) for each in commands])
        again = [at for at, done in enumerate(found) if self._learned(done)]
        if again:
            repeated = self._session.run_all([self._named(commands[at]) for at in again])
            for at, done in zip(again, repeated, strict=True):
                found[at] = self._better(found[at], done)
        return found

    def run_chain(self, commands: Sequence[Command], heard: Heard | None = None) -> list[Completed]:
        """An answer that only tells the name is not ``heard``."""
        tell = heard and self._telling(heard)
        found = self._session.run_chain([self._named(each) for each in commands], tell)
        if found and self._learned(found[-1]):
            begun = len(found) - 1
            rest = self._session.run_chain([self._named(each) for each in commands[begun:]], heard)
            return [*found[:begun], self._better(found[begun], rest[0]), *rest[1:]]
        return found

    def _telling(self, heard: Heard) -> Heard:
        def tell(done: Completed) -> None:
            if not self._learned(done):
                heard(done)

        return tell

    def _named(self, command: Command) -> Command:
        if self._is_old and command.argv[0] == NAME:
            return replace(command, argv=(OLD_NAME, *command.argv[1:]))
        return command

    def _learned(self, done: Completed) -> bool:
        """Whether this answer says that the shell knows no ``vim-cmd``. Several calls at the same
        time may each learn it."""
        if done.exit != _NOT_FOUND or done.command.argv[0] != NAME:
            return False
        self._is_old = True
        return True

    def _settled(self, command: Command, done: Completed) -> Completed:
        """The answer to a command, or where that only tells the name, the one to its repetition."""
        if not self._learned(done):
            return done
        return self._better(done, self._session.run(self._named(command)))

    def _better(self, first: Completed, again: Completed) -> Completed:
        """Of two answers, that to the old name, unless there is no such name either: then the
        first says what is wrong, a shell that found no memory for ``vim-cmd``, say."""
        if again.exit != _NOT_FOUND:
            return again
        self._is_old = False
        return first


@frozen
class _Renamed:
    """A command under way; ``again`` repeats it where its answer is that the shell has no such
    name."""

    running: StartedCommand
    again: Callable[[Completed], Completed]

    @property
    def alone(self) -> bool:
        return self.running.alone

    def wait(self, seconds: float) -> Completed | None:
        done = self.running.wait(seconds)
        return done and self.again(done)

    def said(self, out: int, err: int) -> tuple[bytes, bytes]:
        return self.running.said(out, err)
